package io.godwit.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.cli.migrations.MigrationView;
import io.godwit.cli.output.Fields;
import io.godwit.engines.DatabaseId;
import io.godwit.engines.Tier;
import io.godwit.launcher.demo.engine.DemoEngine;
import io.godwit.launcher.demo.load.DatabaseConnection;
import io.godwit.launcher.demo.load.Load;
import io.godwit.testing.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The target's postmaster is killed while the rows are being copied. */
@ExtendWith(E2ePlatformExtension.class)
class TargetDiesE2eIT {
    /** Enough for the copy to take longer than a look at the migration. */
    private static final long ROWS = 100_000;

    private static final int CLIENTS = 4;
    private static final int SOME = 30;
    private static final Duration SYNCING_WITHIN = Duration.ofMinutes(2);

    private final E2ePlatform platform;
    private final DemoEngine engine = DemoEngines.of(E2ePlatform.engine());
    private final DatabaseId id = E2ePlatform.freshDatabase();

    @TempDir
    private Path folder;

    TargetDiesE2eIT(E2ePlatform platform) {
        this.platform = platform;
    }

    @Test
    void theMigrationFailsTheTenantStaysServedAndTheNextOneSucceeds() throws Exception {
        DatabaseConnection database = platform.api().create(id, engine.id(), Tier.SHARED);
        engine.awaitReachable(database, Duration.ofSeconds(30));
        engine.fill(database, ROWS, CLIENTS, rows -> {});
        String source = platform.serverOf(id);
        Load load = new Load(
                IntStream.range(0, CLIENTS)
                        .mapToObj(client -> engine.openSession(database, client))
                        .toList(),
                folder);
        try (load) {
            String first = platform.api().migrate(id, Tier.DEDICATED);
            Eventually.await(
                    "the initial sync",
                    SYNCING_WITHIN,
                    () -> platform.api().show(first).phase().equals("INITIAL_SYNC"));
            String target = Fields.text(platform.api().show(first).json(), "targetServerId");
            kill(platform.serverFolder(target));
            MigrationView failed = platform.api().await(first, view -> {});

            assertThat(failed.status()).isEqualTo("failed");
            assertThat(Fields.text(failed.json(), "error.code")).matches("[A-Z_]{3,}");
            assertThat(Fields.text(failed.json(), "error.message"))
                    .isNotEqualTo("-")
                    .isNotBlank();
            assertThat(platform.serverOf(id)).isEqualTo(source);
            assertThat(platform.serverFolder(target)).doesNotExist();
            assertThat(Leftovers.of(engine.id(), platform).ofMove(platform.placement(id)))
                    .isEmpty();
            load.awaitEach(SOME);

            MigrationView second = platform.api().await(platform.api().migrate(id, Tier.DEDICATED), view -> {});
            assertThat(second.status()).as(second.error()).isEqualTo("ready");
            load.awaitEach(SOME);
        }
        assertThat(load.meter().errors()).isEmpty();
        assertThat(platform.serverOf(id)).isNotEqualTo(source);
    }

    private static void kill(Path server) throws IOException {
        try (var files = Files.find(server, 3, (file, _) -> file.endsWith("postmaster.pid"))) {
            Path pidFile =
                    files.findFirst().orElseThrow(() -> new IllegalStateException("no postmaster.pid in " + server));
            long pid = Long.parseLong(Files.readAllLines(pidFile).getFirst().strip());
            assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();
        }
    }
}
