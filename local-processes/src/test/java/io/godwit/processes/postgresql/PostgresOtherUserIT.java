package io.godwit.processes.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.processes.ClosedHome;
import io.godwit.processes.FreePorts;
import io.godwit.processes.Parts;
import io.godwit.processes.UnprivilegedCommand;
import io.godwit.processes.tls.CertificateAuthority;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresOtherUserIT {
    private static final Duration READY = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    @Test
    void whereThereAreNoUserNamespacesRootsServerRunsAsNobodyAlsoWhenItIsStartedAgain() throws Exception {
        ClosedHome home = new ClosedHome(directory);
        PostgresInstallation installation =
                PostgresInstallation.locate(null, Parts.locate().directory().resolve("postgresql"));
        PostgresServerSettings settings = new PostgresServerSettings("nobodys", home.server(), FreePorts.any(), "boss")
                .withCertificate(CertificateAuthority.in(directory.resolve("ca"))
                        .issue(directory.resolve("tls"), "nobodys", List.of()));
        PostgresServerProcess server =
                new PostgresServerProcess(installation, settings, UnprivilegedCommand.OTHER_USER);
        try {
            server.initialize("only for this test");
            for (int life = 0; life < 2; life++) {
                server.start();
                server.awaitReady(READY);
                assertThat(ClosedHome.userOf(server.running().orElseThrow().pid()))
                        .isEqualTo("65534");
                server.stop();
                assertThat(server.running()).isEmpty();
            }
        } finally {
            server.destroy();
        }
        assertThat(home.server()).doesNotExist();
    }
}
