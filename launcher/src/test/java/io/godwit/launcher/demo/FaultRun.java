package io.godwit.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.cli.api.ApiPaths;
import io.godwit.cli.migrations.MigrationView;
import io.godwit.cli.output.Fields;
import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.Tier;
import io.godwit.launcher.demo.check.HistoryCheck;
import io.godwit.launcher.demo.check.LedgerReader;
import io.godwit.launcher.demo.check.Verdict;
import io.godwit.launcher.demo.engine.DemoEngine;
import io.godwit.launcher.demo.load.DatabaseConnection;
import io.godwit.launcher.demo.load.Load;
import io.godwit.launcher.faults.FaultCell;
import io.godwit.launcher.faults.Participant;
import io.godwit.launcher.faults.ReconnectingSession;
import io.godwit.launcher.faults.Signals;
import io.godwit.testing.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import tools.jackson.databind.node.JsonNodeFactory;

/** One migration under load with one fault in it, and the questions that every end-to-end test asks. */
final class FaultRun {
    private static final long ROWS = 2_000;
    private static final int CLIENTS = 4;
    private static final int SOME = 20;
    private static final Duration REACHABLE = Duration.ofSeconds(30);
    private static final Duration REACHED = Duration.ofSeconds(90);
    /** Longer than a lease, than the silence of proxies, and than the session of a consumer at the broker. */
    private static final Duration PAUSED = Duration.ofSeconds(16);

    private static final Duration SETTLED = Duration.ofMinutes(4);
    private static final Duration CLEAN = Duration.ofMinutes(2);

    private final E2ePlatform platform;
    private final FaultCell cell;
    private final Path folder;
    private final DatabaseId id = E2ePlatform.freshDatabase();
    private final DemoEngine engine = DemoEngines.of(E2ePlatform.engine());

    /** @param folder for the clients' journals */
    FaultRun(E2ePlatform platform, FaultCell cell, Path folder) {
        this.platform = platform;
        this.cell = cell;
        this.folder = folder;
    }

    /** @return how the migration ended */
    String run() throws Exception {
        DatabaseConnection database = platform.api().create(id, engine.id(), Tier.SHARED);
        engine.awaitReachable(database, REACHABLE);
        engine.fill(database, ROWS, CLIENTS, rows -> {});
        SequencedMap<String, String> before = engine.fingerprint(database);
        PlacedDatabase source = platform.placement(id);
        Load load = new Load(sessions(database), folder);
        MigrationView end;
        try (load) {
            load.awaitEach(SOME);
            end = moveWithFault(source);
            load.awaitEach(SOME);
            platform.api().complete(end.id());
            load.awaitEach(SOME);
        }
        if (!cell.maySessionsBreak()) {
            assertThat(load.meter().errors()).as("errors that clients saw").isEmpty();
        }
        assertThat(check(database, load.journals())).isEqualTo(new Verdict(0, 0, 0, List.of()));
        assertThat(engine.fingerprint(database)).isEqualTo(before);
        assertServedFromOneSide(source, end);
        platform.api().remove(id);
        return outcome(end);
    }

    private List<ReconnectingSession> sessions(DatabaseConnection database) {
        return IntStream.range(0, CLIENTS)
                .mapToObj(client -> new ReconnectingSession(() -> engine.openSession(database, client)))
                .toList();
    }

    private MigrationView moveWithFault(PlacedDatabase source) throws Exception {
        boolean later = cell.step().rollback() || cell.step().isAfterWindow();
        if (!later) {
            platform.points().arm(cell.point());
        }
        String migration = platform.api().migrate(id, Tier.DEDICATED);
        if (later) {
            MigrationView moved = settled(migration);
            assertThat(moved.status()).as(moved.error()).isEqualTo("ready");
            platform.points().arm(cell.point());
            String action = cell.step().rollback() ? "/rollback" : "/complete";
            platform.client().post(ApiPaths.migration(migration) + action, JsonNodeFactory.instance.objectNode());
        }
        platform.points().awaitReached(cell.point(), REACHED);
        strike(source, migration);
        return settled(migration);
    }

    private void strike(PlacedDatabase source, String migration) throws Exception {
        long pid = pid(source, migration);
        switch (cell.fault()) {
            case KILL -> {
                Signals.kill(pid);
                platform.points().release(cell.point());
                platform.startMissing();
            }
            case PAUSE -> {
                try (Signals.Paused paused = Signals.pause(pid)) {
                    platform.points().release(cell.point());
                    paused.last(PAUSED);
                }
            }
        }
    }

    private long pid(PlacedDatabase source, String migration) throws IOException {
        Participant participant = cell.participant();
        if (!participant.isTenantServer()) {
            return platform.pidOf(participant.processName());
        }
        String server = participant == Participant.SOURCE
                ? source.server().serverId()
                : Fields.text(platform.api().show(migration).json(), "targetServerId");
        try (var files = Files.find(platform.serverFolder(server), 3, (file, _) -> file.endsWith("postmaster.pid"))) {
            Path file = files.findFirst().orElseThrow();
            return Long.parseLong(Files.readAllLines(file).getFirst().strip());
        }
    }

    /** The platform need not answer all the time. */
    private MigrationView settled(String migration) throws InterruptedException {
        MigrationView[] last = new MigrationView[1];
        Eventually.assertThat("the migration settled", SETTLED, () -> {
            MigrationView view = platform.api().show(migration);
            last[0] = view;
            assertThat(view.settled()).as("%s", view.json()).isTrue();
        });
        return last[0];
    }

    private void assertServedFromOneSide(PlacedDatabase source, MigrationView end) throws Exception {
        boolean moved = end.status().equals("ready");
        String home = platform.serverOf(id);
        String target = Fields.text(end.json(), "targetServerId");
        assertThat(home.equals(source.server().serverId()))
                .as("%s lives on its source %s", id, home)
                .isNotEqualTo(moved);
        Leftovers leftovers = new Leftovers(platform);
        Eventually.assertThat("nothing of the move is left", CLEAN, () -> {
            assertThat(leftovers.ofMove(id)).isEmpty();
            if (moved) {
                assertThat(leftovers.ofDatabase(source)).isEmpty();
            } else {
                assertThat(platform.serverFolder(target)).doesNotExist();
            }
        });
    }

    private Verdict check(DatabaseConnection database, List<Path> journals) {
        try (LedgerReader ledger = engine.openLedger(database)) {
            return HistoryCheck.run(journals, ledger);
        }
    }

    private static String outcome(MigrationView end) {
        String code = end.json().path("error").path("code").asString("");
        return end.status() + (code.isEmpty() ? "" : " " + code);
    }
}
