package io.godwit.launcher.platform;

import io.godwit.cli.session.LocalPlatformFiles;
import io.godwit.processes.DirectoryTree;
import io.godwit.processes.LocalProcessException;
import io.godwit.processes.UnprivilegedCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The folder that holds everything of the local platform.
 *
 * @param directory {@code $GODWIT_HOME}, absolute
 */
public record PlatformHome(Path directory) {
    public PlatformHome {
        directory = directory.toAbsolutePath().normalize();
    }

    public static PlatformHome of(Map<String, String> environment) {
        return new PlatformHome(LocalPlatformFiles.of(environment).home());
    }

    public Path logs() {
        return directory.resolve("logs");
    }

    /** Holds one folder per tenant server that the provisioning service made here. */
    Path servers() {
        return directory.resolve("servers");
    }

    Path state(String process) {
        return directory.resolve("state").resolve(process);
    }

    Path records() {
        return directory.resolve("run");
    }

    /** Jars from which the services run: copies, so that a build can go on while they do. */
    Path jars() {
        return directory.resolve("jars");
    }

    /** Where PostgreSQL is unpacked if the system has none. */
    Path postgresPackages() {
        return directory.resolve("postgresql");
    }

    Path ports() {
        return directory.resolve("ports.properties");
    }

    Path gatewayUrl() {
        return directory.resolve(LocalPlatformFiles.GATEWAY_URL);
    }

    Path operatorToken() {
        return directory.resolve(LocalPlatformFiles.OPERATOR_TOKEN);
    }

    Path masterKey() {
        return directory.resolve("master.key");
    }

    Path internalToken() {
        return directory.resolve("internal-token");
    }

    Path caKey() {
        return directory.resolve("ca.key");
    }

    Path secret(String name) {
        return directory.resolve("secrets").resolve(name);
    }

    /**
     * Makes the folder for its owner alone, and for the user as whom servers run where that is another one.
     *
     * @throws LocalProcessException if that user can't get there
     */
    void create() {
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(directory);
                Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
            }
            Files.createDirectories(records());
            Files.createDirectories(logs());
            if (UnprivilegedCommand.detect() == UnprivilegedCommand.OTHER_USER) {
                letServersPass(UnprivilegedCommand.OTHER_USER);
            }
        } catch (IOException e) {
            throw new PlatformException(
                    "the folder " + directory + " can't be made; name another one in GODWIT_HOME", e);
        }
    }

    private void letServersPass(UnprivilegedCommand servers) throws IOException {
        for (Path folder : new Path[] {directory, servers(), directory.resolve("state")}) {
            Files.createDirectories(folder);
            servers.letPass(folder);
            servers.requireReach(folder);
        }
    }

    /** Makes a log that is kept elsewhere appear among the logs. */
    void showLog(String process, Path log) {
        Path link = logs().resolve(process + ".log");
        if (link.equals(log)) {
            return;
        }
        try {
            Files.deleteIfExists(link);
            Files.createSymbolicLink(link, logs().relativize(log));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Deletes what the platform has written, and the folder itself if nothing else is in it. */
    void delete() {
        if (!Files.exists(directory)) {
            return;
        }
        try {
            for (String folder : new String[] {
                "state", "servers", "run", "logs", "jars", "postgresql", "redis", "secrets", "archives"
            }) {
                DirectoryTree.delete(directory.resolve(folder));
            }
            for (Path file : new Path[] {
                ports(),
                gatewayUrl(),
                operatorToken(),
                masterKey(),
                internalToken(),
                caKey(),
                directory.resolve("ca.crt"),
                directory.resolve("lock")
            }) {
                Files.deleteIfExists(file);
            }
            try (Stream<Path> rest = Files.list(directory)) {
                if (rest.findAny().isPresent()) {
                    return;
                }
            }
            Files.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
