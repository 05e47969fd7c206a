package io.godwit.processes.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.processes.FreePorts;
import io.godwit.processes.Parts;
import io.godwit.processes.UnprivilegedCommand;
import io.godwit.processes.tls.CertificateAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Needs the distribution's package sources, as any machine without Redis does; unpacks once per {@code target}. */
class RedisPackagesIT {
    private static final String PASSWORD = "only for this test";
    private static final Duration READY = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    @Test
    void whereNoneIsInstalledAServerRunsFromUnpackedPackages() {
        Path packages = Parts.locate().directory().resolve("redis");
        RedisInstallation unpacked = new RedisLocator(List.of(), new RedisPackages(packages)).locate(null);
        assertThat(unpacked.source()).isEqualTo("distribution packages");
        assertThat(unpacked.serverProgram()).startsWith(packages);
        RedisServerProcess server = new RedisServerProcess(
                unpacked, new RedisServerSettings("unpacked", directory.resolve("it"), FreePorts.any(), "boss"));
        try {
            server.initialize(PASSWORD);
            server.start();
            server.awaitReady(READY);
            assertThat(server.isReady()).isTrue();
        } finally {
            server.destroy();
        }
        assertThat(server.settings().directory()).doesNotExist();
    }

    @Test
    void theServerIsNotRootsKeepsItsSecretsAndIsFoundWithoutItsRecord() throws IOException {
        Path servers = directory.resolve("servers");
        RedisServerProcess server = new RedisServerProcess(
                RedisInstallation.locate(null, Parts.locate().directory().resolve("redis")),
                new RedisServerSettings("recordless", servers.resolve("host/databases/orders"), FreePorts.any(), "boss")
                        .withCertificate(CertificateAuthority.in(directory.resolve("ca"))
                                .issue(directory.resolve("tls"), "recordless", List.of())));
        try {
            server.initialize(PASSWORD);
            server.start();
            server.awaitReady(READY);
            long pid = server.running().orElseThrow().pid();
            Files.delete(server.settings().directory().resolve("process.properties"));

            RedisInstance found = RedisInstance.allIn(servers).getFirst();
            assertThat(found.running())
                    .hasValueSatisfying(process -> assertThat(process.pid()).isEqualTo(pid));
            assertThat(found.port()).hasValue(server.settings().port());
            assertThat(found.isReady()).isTrue();
            assertThat(Files.readString(Path.of("/proc/" + pid + "/cmdline"))).doesNotContain(PASSWORD);
            assertThat(Files.readString(server.settings().directory().resolve("users.acl")))
                    .doesNotContain(PASSWORD);
            String capabilities = Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                    .filter(line -> line.startsWith("CapEff:"))
                    .findFirst()
                    .orElseThrow();
            assertThat(capabilities)
                    .as(UnprivilegedCommand.detect() + " leaves no right of root")
                    .matches("CapEff:\\s+0+");
            found.stop();
            assertThat(server.running()).isEmpty();
            assertThat(found.isReady()).isFalse();
        } finally {
            server.destroy();
        }
    }
}
