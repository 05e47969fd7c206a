package io.godwit.processes.postgresql;

import io.godwit.processes.tls.ServerCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes the configuration files of a server; anew at each start, so that a changed port or certificate takes effect. */
final class PostgresConfiguration {
    private static final String FILE = "godwit.conf";

    /** The data directory is where all processes of a server work, so their connection strings need no path to it. */
    static final String CA_FILE = "godwit-ca.crt";

    /** Who is let in besides the administrator: {@code all}, or a name that nobody has. Kept as it is over restarts. */
    private static final String ADMITTED_FILE = "godwit-admitted";

    private static final String STANDBY_SIGNAL = "standby.signal";

    private PostgresConfiguration() {}

    static void write(PostgresServerSettings settings) throws IOException {
        Path data = settings.dataDirectory();
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.putAll(network(settings));
        parameters.putAll(replication());
        parameters.putAll(housekeeping());
        ServerCertificate certificate = settings.certificate();
        if (certificate != null) {
            Files.copy(certificate.caFile(), data.resolve(CA_FILE), StandardCopyOption.REPLACE_EXISTING);
            Files.copy(certificate.certificateFile(), data.resolve("server.crt"), StandardCopyOption.REPLACE_EXISTING);
            Path key = data.resolve("server.key");
            Files.deleteIfExists(key);
            Files.createFile(key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.write(key, Files.readAllBytes(certificate.keyFile()), StandardOpenOption.WRITE);
            parameters.put("ssl", "on");
            parameters.put("ssl_cert_file", "server.crt");
            parameters.put("ssl_key_file", "server.key");
            parameters.put("ssl_ca_file", CA_FILE);
        }
        PostgresLeader leader = settings.leader();
        if (leader != null) {
            parameters.put("primary_conninfo", leader.connectionString(settings.name(), certificate != null));
            parameters.put("primary_slot_name", leader.slot());
            // The leader keeps the rows that a comparison here still reads, and nobody here keeps the log waiting.
            parameters.put("hot_standby_feedback", "on");
            parameters.put("max_standby_streaming_delay", "2s");
        }
        parameters.putAll(settings.parameters());
        Files.writeString(
                data.resolve(FILE),
                parameters.entrySet().stream()
                        .map(entry -> entry.getKey() + " = '" + entry.getValue().replace("'", "''") + "'\n")
                        .collect(Collectors.joining("", "# Written by Godwit at each start.\n", "")));
        Files.writeString(data.resolve("pg_hba.conf"), hostBasedAuthentication(settings));
        include(data.resolve("postgresql.conf"));
        admit(data.resolve(ADMITTED_FILE));
        signal(data.resolve(STANDBY_SIGNAL), leader != null);
    }

    /** A server that was promoted has no such file any more, whatever it was started as. */
    static boolean isStandby(Path data) {
        return Files.exists(data.resolve(STANDBY_SIGNAL));
    }

    private static void admit(Path file) throws IOException {
        if (Files.notExists(file)) {
            Files.writeString(file, "all\n");
        }
    }

    private static void signal(Path file, boolean standby) throws IOException {
        if (!standby) {
            Files.deleteIfExists(file);
        } else if (Files.notExists(file)) {
            Files.createFile(file);
        }
    }

    private static Map<String, String> network(PostgresServerSettings settings) {
        return Map.of(
                "listen_addresses", "127.0.0.1",
                "port", Integer.toString(settings.port()),
                // A socket file would need a directory with a short path; nobody connects through one.
                "unix_socket_directories", "",
                "max_connections", Integer.toString(settings.maxConnections()),
                "password_encryption", "scram-sha-256",
                "tcp_keepalives_idle", "60");
    }

    private static Map<String, String> replication() {
        return Map.of(
                "wal_level", "logical",
                "max_wal_senders", "32",
                "max_replication_slots", "32",
                "max_logical_replication_workers", "32",
                "max_sync_workers_per_subscription", "4",
                "max_worker_processes", "48",
                // A slot that nobody reads any more must not fill the disk.
                "max_slot_wal_keep_size", "16GB",
                // Also the least time between the starts of two subscriptions' workers, which may lie inside a pause.
                "wal_retrieve_retry_interval", "200ms",
                "wal_receiver_status_interval", "1s");
    }

    private static Map<String, String> housekeeping() {
        return Map.of(
                "shared_buffers", "128MB",
                "max_wal_size", "2GB",
                "jit", "off",
                "timezone", "GMT",
                "log_timezone", "GMT",
                "lc_messages", "C",
                "logging_collector", "off",
                "log_line_prefix", "%m [%p] %q%u@%d ",
                "log_checkpoints", "off");
    }

    private static String hostBasedAuthentication(PostgresServerSettings settings) {
        String type = settings.certificate() != null ? "hostssl" : "host";
        return """
                # Written by Godwit at each start.
                %1$s all         "%2$s",@%3$s 127.0.0.1/32 scram-sha-256
                %1$s replication all 127.0.0.1/32 scram-sha-256
                """.formatted(type, settings.administrator(), ADMITTED_FILE);
    }

    private static void include(Path mainFile) throws IOException {
        String directive = "include '" + FILE + "'";
        if (Files.readString(mainFile).lines().noneMatch(directive::equals)) {
            Files.writeString(mainFile, "\n" + directive + "\n", StandardOpenOption.APPEND);
        }
    }
}
