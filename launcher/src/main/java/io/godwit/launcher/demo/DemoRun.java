package io.godwit.launcher.demo;

import io.godwit.cli.migrations.MigrationView;
import io.godwit.cli.output.Quantities;
import io.godwit.engines.DatabaseId;
import io.godwit.launcher.demo.check.HistoryCheck;
import io.godwit.launcher.demo.check.LedgerReader;
import io.godwit.launcher.demo.check.Verdict;
import io.godwit.launcher.demo.engine.DemoEngine;
import io.godwit.launcher.demo.load.DatabaseConnection;
import io.godwit.launcher.demo.load.Load;
import io.godwit.launcher.demo.load.LoadMeter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** The main job on one engine, from an empty database to the verdict. */
final class DemoRun {
    private static final Duration REACHABLE = Duration.ofSeconds(30);
    private static final Duration AFTER_SWITCH = Duration.ofSeconds(3);
    private static final int WARM_UP = 20;
    private static final int USUAL = 60;

    private final DemoEngine engine;
    private final DemoOptions options;
    private final DemoApi api;
    private final DatabaseId id;
    private final Path folder;
    private final DemoProgress progress;

    private boolean created;
    private @Nullable String migration;

    /**
     * @param id of a database and a tenant that do not exist yet
     * @param folder for the clients' journals
     */
    DemoRun(DemoEngine engine, DemoOptions options, DemoApi api, DatabaseId id, Path folder, DemoProgress progress) {
        this.engine = engine;
        this.options = options;
        this.api = api;
        this.id = id;
        this.folder = folder;
        this.progress = progress;
    }

    EngineResult run() throws InterruptedException {
        progress.step("Creating " + id + " (" + engine.id().id() + ") on a "
                + options.from().id() + " server");
        DatabaseConnection database = api.create(id, engine.id(), options.from());
        created = true;
        engine.awaitReachable(database, REACHABLE);
        progress.step("Filling it with " + Quantities.count(options.rows()) + " rows");
        engine.fill(database, options.rows(), options.clients(), rows -> progress.filled(rows, options.rows()));
        SequencedMap<String, String> before = engine.fingerprint(database);

        progress.step("Starting " + options.clients() + " clients");
        Load load = new Load(engine.openSessions(database, options.clients()), folder);
        LoadMeter meter = load.meter();
        MigrationView end;
        Duration usualLongest;
        Duration longest;
        try (load) {
            load.awaitEach(WARM_UP);
            meter.takeLongest();
            load.awaitEach(USUAL);
            usualLongest = meter.takeLongest();
            progress.step("Moving it to a " + options.to().id() + " server");
            migration = api.migrate(id, options.to());
            end = api.await(migration, progress::migrating);
            Thread.sleep(AFTER_SWITCH);
            load.awaitEach(WARM_UP);
            longest = meter.takeLongest();
        }
        progress.step("Checking " + Quantities.count(meter.exchanges()) + " exchanges");
        EngineResult.Traffic traffic =
                new EngineResult.Traffic(meter.exchanges(), meter.failed(), longest, usualLongest, meter.errors());
        Verdict verdict = check(database, load.journals());
        boolean same = engine.fingerprint(database).equals(before);
        // The pause and the comparison may be told a moment after the switch.
        return EngineResult.of(engine.id(), options.clients(), api.show(end.id()), traffic, verdict, same);
    }

    /** Removes what the run has made, as far as it came. */
    void cleanUp() throws InterruptedException {
        if (created) {
            progress.step("Removing " + id);
            if (migration != null) {
                api.complete(migration);
            }
            api.remove(id);
        }
    }

    private Verdict check(DatabaseConnection database, List<Path> journals) {
        try (LedgerReader ledger = engine.openLedger(database)) {
            return HistoryCheck.run(journals, ledger);
        }
    }
}
