package io.godwit.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.cli.api.ApiPaths;
import io.godwit.cli.migrations.MigrationView;
import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import io.godwit.engines.Tier;
import io.godwit.launcher.demo.check.HistoryCheck;
import io.godwit.launcher.demo.check.LedgerReader;
import io.godwit.launcher.demo.check.Verdict;
import io.godwit.launcher.demo.engine.DemoEngine;
import io.godwit.launcher.demo.load.DatabaseConnection;
import io.godwit.launcher.demo.load.Load;
import io.godwit.testing.Eventually;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Whole moves on the whole platform, with client sessions that write and read through the proxy all the time: the same for
 * each engine.
 */
@ExtendWith(E2ePlatformExtension.class)
abstract class MoveUnderLoadContract {
    private static final long ROWS = 20_000;
    private static final int SOME = 30;
    private static final Duration PROMISED_PAUSE = Duration.ofSeconds(2);
    private static final Duration ROLLED_BACK_WITHIN = Duration.ofMinutes(2);

    private final E2ePlatform platform;
    private final DemoEngine engine;
    private final int clients;
    private final double countedPart;
    private final DatabaseId id = E2ePlatform.freshDatabase();

    @TempDir
    private Path folder;

    /**
     * @param clients enough for each way in which the demo's clients use the engine
     * @param countedPart how much of what the demo calls a row the engine counts as one, at least
     */
    MoveUnderLoadContract(E2ePlatform platform, EngineId engine, int clients, double countedPart) {
        this.platform = platform;
        this.engine = DemoEngines.of(engine);
        this.clients = clients;
        this.countedPart = countedPart;
    }

    @Test
    void aDatabaseMovesToADedicatedServerAndNoClientNotices() throws InterruptedException {
        EngineResult result = move(Tier.DEDICATED);

        assertThat(result.remarks()).isEmpty();
        assertThat(result.good()).isTrue();
        assertThat(result.pauseMillis()).isNotNull().isLessThan(PROMISED_PAUSE.toMillis());
        assertThat(result.rows()).isGreaterThanOrEqualTo((long) (ROWS * countedPart));
    }

    @Test
    void aDatabaseMovesBackToASharedServerAndNoClientNotices() throws InterruptedException {
        EngineResult result = move(Tier.SHARED);

        assertThat(result.remarks()).isEmpty();
        assertThat(result.good()).isTrue();
    }

    @Test
    void aRollbackKeepsTheWritesMadeSinceTheMove() throws Exception {
        DatabaseConnection database = platform.api().create(id, engine.id(), Tier.SHARED);
        engine.awaitReachable(database, Duration.ofSeconds(30));
        engine.fill(database, ROWS, clients, rows -> {});
        SequencedMap<String, String> before = engine.fingerprint(database);
        String source = platform.serverOf(id);
        Load load = new Load(engine.openSessions(database, clients), folder);
        try (load) {
            load.awaitEach(SOME);
            String migration = platform.api().migrate(id, Tier.DEDICATED);
            MigrationView moved = platform.api().await(migration, view -> {});
            assertThat(moved.status()).as(moved.error()).isEqualTo("ready");
            assertThat(platform.serverOf(id)).isNotEqualTo(source);
            load.awaitEach(SOME);
            platform.client().post(ApiPaths.migration(migration) + "/rollback", JsonNodeFactory.instance.objectNode());
            Eventually.await(
                    "the rollback",
                    ROLLED_BACK_WITHIN,
                    () -> platform.api().show(migration).status().equals("rolled_back"));
            load.awaitEach(SOME);
        }

        assertThat(platform.serverOf(id)).isEqualTo(source);
        assertThat(load.meter().errors()).isEmpty();
        assertThat(check(database, load.journals())).isEqualTo(new Verdict(0, 0, 0, List.of()));
        assertThat(engine.fingerprint(database)).isEqualTo(before);
    }

    private EngineResult move(Tier to) throws InterruptedException {
        DemoOptions options = new DemoOptions(to, ROWS, clients, false);
        DemoProgress silent = new DemoProgress(new PrintWriter(new StringWriter()), false);
        DemoRun run = new DemoRun(engine, options, platform.api(), id, folder, silent);
        EngineResult result = run.run();
        run.cleanUp();
        return result;
    }

    private Verdict check(DatabaseConnection database, List<Path> journals) {
        try (LedgerReader ledger = engine.openLedger(database)) {
            return HistoryCheck.run(journals, ledger);
        }
    }
}
