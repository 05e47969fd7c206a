package io.godwit.processes.redis;

import io.godwit.processes.tls.ServerCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Writes a server's configuration in two files: one that the server itself may rewrite, and one that is written anew at
 * each start, so that a changed port or certificate takes effect.
 */
final class RedisConfiguration {
    private RedisConfiguration() {}

    /** Called once in a server's life. */
    static void writeFirst(RedisServerSettings settings, RedisFiles files) throws IOException {
        Map<String, String> directives = new LinkedHashMap<>();
        directives.putAll(durability());
        directives.putAll(replication());
        directives.putAll(settings.parameters());
        RedisFiles.writePrivately(files.ownConfiguration(), text(directives));
    }

    /** Called at each start. */
    static void writeFixed(RedisServerSettings settings, RedisFiles files) throws IOException {
        Map<String, String> directives = new LinkedHashMap<>();
        directives.put("bind", "127.0.0.1");
        directives.put("dir", quoted(files.data()));
        directives.put("aclfile", quoted(files.users()));
        directives.put("pidfile", quoted(files.pid()));
        directives.put("daemonize", "no");
        directives.put("logfile", "\"\"");
        // The command line must keep naming the directory: by it a server without a record is found again.
        directives.put("set-proc-title", "no");
        directives.put("tcp-keepalive", "60");
        ServerCertificate certificate = settings.certificate();
        if (certificate == null) {
            directives.put("port", Integer.toString(settings.port()));
        } else {
            Files.copy(certificate.caFile(), files.authority(), StandardCopyOption.REPLACE_EXISTING);
            Files.copy(certificate.certificateFile(), files.certificate(), StandardCopyOption.REPLACE_EXISTING);
            RedisFiles.writePrivately(files.key(), Files.readAllBytes(certificate.keyFile()));
            directives.put("port", "0");
            directives.put("tls-port", Integer.toString(settings.port()));
            directives.put("tls-cert-file", quoted(files.certificate()));
            directives.put("tls-key-file", quoted(files.key()));
            directives.put("tls-ca-cert-file", quoted(files.authority()));
            directives.put("tls-auth-clients", "no");
            directives.put("tls-replication", "yes");
        }
        RedisFiles.writePrivately(files.fixedConfiguration(), text(directives));
    }

    private static Map<String, String> durability() {
        return Map.of(
                "appendonly",
                "yes",
                "appendfsync",
                "everysec",
                // The append-only file is the one that counts; snapshots beside it would only cost memory and disk.
                "save",
                "\"\"",
                // What a client brings by RESTORE is checked before it is believed.
                "sanitize-dump-payload",
                "clients");
    }

    private static Map<String, String> replication() {
        return Map.of(
                "repl-diskless-sync",
                "yes",
                // A server has one replica at most, so there is no second one to wait for.
                "repl-diskless-sync-delay",
                "0",
                "repl-diskless-load",
                "on-empty-db",
                "repl-backlog-size",
                "16mb",
                "repl-ping-replica-period",
                "1",
                "repl-timeout",
                "60");
    }

    private static String text(Map<String, String> directives) {
        return directives.entrySet().stream()
                .map(directive -> directive.getKey() + " " + directive.getValue() + "\n")
                .collect(Collectors.joining("", "# Written by Godwit.\n", ""));
    }

    private static String quoted(Path path) {
        return '"' + path.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
