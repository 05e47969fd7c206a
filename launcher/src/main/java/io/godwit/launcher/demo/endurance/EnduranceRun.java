package io.godwit.launcher.demo.endurance;

import io.godwit.cli.api.ApiProblem;
import io.godwit.cli.migrations.MigrationView;
import io.godwit.cli.output.Quantities;
import io.godwit.engines.DatabaseId;
import io.godwit.engines.Tier;
import io.godwit.launcher.demo.DemoApi;
import io.godwit.launcher.demo.check.HistoryCheck;
import io.godwit.launcher.demo.check.LedgerReader;
import io.godwit.launcher.demo.check.Verdict;
import io.godwit.launcher.demo.engine.DemoEngine;
import io.godwit.launcher.demo.load.DatabaseConnection;
import io.godwit.launcher.demo.load.Load;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Moves one database again and again while client sessions write and read. Each move is completed before the next begins.
 * The run has chapters, each with client sessions and a shop of its own, so that what clients have written does not grow
 * without end; at the end of each, what they were told is compared with what the database holds.
 */
public final class EnduranceRun {
    private static final Duration REACHABLE = Duration.ofSeconds(30);
    private static final int WARM_UP = 60;
    /** Exchanges of each client between two moves: enough for each kind to have happened. */
    private static final int BETWEEN = 30;
    /** Moves of a chapter. */
    private static final int CHAPTER = 20;
    /** After so many failed moves in a row the next ones would tell nothing new. */
    private static final int HOPELESS = 3;

    private final DemoEngine engine;
    private final EnduranceOptions options;
    private final DemoApi api;
    private final DatabaseId id;
    private final Path folder;
    private final Consumer<String> notes;
    private final Itinerary itinerary;
    private final List<Leg> legs = new ArrayList<>();
    private final List<EnduranceChapter> chapters = new ArrayList<>();
    private Tier tier = Tier.SHARED;

    /**
     * @param id of a database and a tenant that do not exist yet
     * @param folder for the clients' journals
     * @param notes gets a line about each thing that was done
     */
    public EnduranceRun(
            DemoEngine engine,
            EnduranceOptions options,
            DemoApi api,
            DatabaseId id,
            Path folder,
            Consumer<String> notes) {
        this.engine = engine;
        this.options = options;
        this.api = api;
        this.id = id;
        this.folder = folder;
        this.notes = notes;
        this.itinerary = new Itinerary(options.seed());
    }

    public EnduranceResult run() throws InterruptedException {
        notes.accept("Creating " + id + " (" + engine.id().id() + "), filling it with "
                + Quantities.count(options.rows()) + " rows; seed " + options.seed());
        DatabaseConnection database = api.create(id, engine.id(), tier);
        engine.awaitReachable(database, REACHABLE);
        Instant begin = Instant.now();
        while (legs.size() < options.moves() && !hopeless()) {
            if (!chapters.isEmpty()) {
                engine.empty(database);
            }
            chapters.add(chapter(database));
        }
        return new EnduranceResult(
                options, List.copyOf(legs), List.copyOf(chapters), Duration.between(begin, Instant.now()));
    }

    private EnduranceChapter chapter(DatabaseConnection database) throws InterruptedException {
        engine.fill(database, options.rows(), options.clients(), rows -> {});
        SequencedMap<String, String> before = engine.fingerprint(database);
        int last = Math.min(options.moves(), legs.size() + CHAPTER);
        Load load = new Load(
                engine.openSessions(database, options.clients()), folder.resolve("chapter-" + chapters.size()));
        try (load) {
            load.awaitEach(WARM_UP);
            while (legs.size() < last && !hopeless()) {
                Leg leg = move(itinerary.next(tier));
                legs.add(leg);
                notes.accept("%d/%d  %s".formatted(legs.size(), options.moves(), leg.line()));
                load.awaitEach(BETWEEN);
            }
        }
        notes.accept("Checking " + Quantities.count(load.meter().exchanges()) + " exchanges");
        return new EnduranceChapter(
                load.meter().exchanges(),
                load.meter().failed(),
                check(database, load.journals()),
                engine.fingerprint(database).equals(before),
                load.meter().errors());
    }

    /** Removes the database; its last move has been completed. */
    public void cleanUp() {
        notes.accept("Removing " + id);
        api.remove(id);
    }

    private Leg move(Tier to) throws InterruptedException {
        Tier from = tier;
        @Nullable String migration = null;
        try {
            migration = api.migrate(id, to);
            MigrationView end = api.await(migration, view -> {});
            if (end.ready()) {
                tier = to;
            }
            api.complete(migration);
            // The pause is told a moment after the switch.
            return Leg.of(from, to, api.show(migration));
        } catch (ApiProblem | IllegalStateException e) {
            return Leg.broken(from, to, migration, String.valueOf(e.getMessage()));
        }
    }

    private boolean hopeless() {
        return legs.size() >= HOPELESS
                && legs.subList(legs.size() - HOPELESS, legs.size()).stream().noneMatch(Leg::good);
    }

    private Verdict check(DatabaseConnection database, List<Path> journals) {
        try (LedgerReader ledger = engine.openLedger(database)) {
            return HistoryCheck.run(journals, ledger);
        }
    }
}
