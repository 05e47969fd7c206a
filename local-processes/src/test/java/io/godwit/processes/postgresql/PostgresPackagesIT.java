package io.godwit.processes.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.processes.Commands;
import io.godwit.processes.FreePorts;
import io.godwit.processes.Parts;
import io.godwit.processes.UnprivilegedCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Needs the distribution's package sources, as any machine without PostgreSQL does; unpacks once per {@code target}. */
class PostgresPackagesIT {
    private static final String PASSWORD = "only for this test";

    @TempDir
    private Path directory;

    @Test
    void whereNoneIsInstalledAServerRunsFromUnpackedPackages() throws Exception {
        Path packages = Parts.locate().directory().resolve("postgresql");
        PostgresInstallation unpacked = new PostgresLocator(List.of(), new PostgresPackages(packages)).locate(null);
        assertThat(unpacked.source()).isEqualTo("distribution packages");
        assertThat(unpacked.binDirectory()).startsWith(packages);
        PostgresServerProcess server = new PostgresServerProcess(
                unpacked, new PostgresServerSettings("unpacked", directory, FreePorts.any(), "boss"));
        try {
            server.initialize(PASSWORD);
            server.start();
            server.awaitReady(Duration.ofSeconds(60));

            assertThat(query(server, unpacked, "SELECT current_setting('server_version_num')::int / 10000"))
                    .isEqualTo(Integer.toString(unpacked.majorVersion()));
            assertThat(query(server, unpacked, "SELECT 'ä' < 'z' COLLATE \"C\""))
                    .isEqualTo("f");
            String dump = Commands.run(
                    List.of(unpacked.program("pg_dump").toString(), "--schema-only"),
                    client(server),
                    Duration.ofSeconds(30));
            assertThat(dump).contains("PostgreSQL database dump complete");
        } finally {
            server.destroy();
        }
        assertThat(Files.exists(directory.resolve("data"))).isFalse();
    }

    @Test
    void theServerIsNotRootsAndIsFoundWithoutItsRecord() throws Exception {
        PostgresInstallation installation =
                PostgresInstallation.locate(null, Parts.locate().directory().resolve("postgresql"));
        PostgresServerProcess server = new PostgresServerProcess(
                installation, new PostgresServerSettings("recordless", directory, FreePorts.any(), "boss"));
        try {
            server.initialize(PASSWORD);
            server.start();
            server.awaitReady(Duration.ofSeconds(60));
            long pid = server.running().orElseThrow().pid();
            Files.delete(directory.resolve("process.properties"));

            PostgresInstance found = new PostgresInstance(directory);
            assertThat(found.running())
                    .hasValueSatisfying(process -> assertThat(process.pid()).isEqualTo(pid));
            assertThat(found.port()).hasValue(server.settings().port());
            assertThat(found.isReady()).isTrue();
            String capabilities = Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                    .filter(line -> line.startsWith("CapEff:"))
                    .findFirst()
                    .orElseThrow();
            assertThat(capabilities)
                    .as(UnprivilegedCommand.detect() + " leaves no right of root")
                    .matches("CapEff:\\s+0+");
            found.stop();
            assertThat(server.running()).isEmpty();
        } finally {
            server.destroy();
        }
    }

    private static String query(PostgresServerProcess server, PostgresInstallation installation, String sql) {
        return Commands.run(
                        List.of(installation.program("psql").toString(), "-X", "-A", "-t", "-c", sql),
                        client(server),
                        Duration.ofSeconds(30))
                .strip();
    }

    private static Map<String, String> client(PostgresServerProcess server) {
        return Map.of(
                "PGHOST", "127.0.0.1",
                "PGPORT", Integer.toString(server.settings().port()),
                "PGUSER", "boss",
                "PGPASSWORD", PASSWORD,
                "PGDATABASE", "postgres");
    }
}
