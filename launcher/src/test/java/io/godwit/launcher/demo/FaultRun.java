package io.godwit.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.cli.api.ApiPaths;
import io.godwit.cli.api.ApiProblem;
import io.godwit.cli.migrations.MigrationView;
import io.godwit.cli.output.Fields;
import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.Tier;
import io.godwit.launcher.demo.engine.DemoEngine;
import io.godwit.launcher.demo.load.ClientSession;
import io.godwit.launcher.demo.load.DatabaseConnection;
import io.godwit.launcher.demo.load.Load;
import io.godwit.launcher.demo.load.LoadMeter;
import io.godwit.launcher.demo.load.ShopSession;
import io.godwit.launcher.faults.Course;
import io.godwit.launcher.faults.FaultCell;
import io.godwit.launcher.faults.FaultPoint;
import io.godwit.launcher.faults.FaultReport.Outcome;
import io.godwit.launcher.faults.Moment;
import io.godwit.launcher.faults.ReconnectingSession;
import io.godwit.launcher.faults.SagaStep;
import io.godwit.launcher.faults.SagaTable;
import io.godwit.testing.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.node.JsonNodeFactory;

/** One migration under load with one fault in it, and the questions that every end-to-end test asks. */
final class FaultRun {
    private static final long ROWS = 2_000;
    private static final int CLIENTS = 4;
    /** One client knows the source's address and never heard of the proxy. */
    private static final int BYPASSING = CLIENTS;

    private static final int SOME = 20;
    private static final Duration REACHABLE = Duration.ofSeconds(30);
    private static final Duration REACHED = Duration.ofSeconds(90);
    private static final Duration ENDED = Duration.ofMinutes(4);
    private static final Duration SERVED = Duration.ofMinutes(1);

    private final E2ePlatform platform;
    private final FaultCell cell;
    private final Path folder;
    private final DatabaseId id = E2ePlatform.freshDatabase();
    private final DemoEngine engine = DemoEngines.of(E2ePlatform.engine());
    private String migration = "no migration";

    /** @param folder for the clients' journals */
    FaultRun(E2ePlatform platform, FaultCell cell, Path folder) {
        this.platform = platform;
        this.cell = cell;
        this.folder = folder;
    }

    /** @return how the migration ended */
    Outcome run() throws Exception {
        DatabaseConnection database = platform.api().create(id, engine.id(), Tier.SHARED);
        engine.awaitReachable(database, REACHABLE);
        engine.fill(database, ROWS, CLIENTS + 1, rows -> {});
        SequencedMap<String, String> before = engine.fingerprint(database);
        PlacedDatabase source = platform.placement(id);
        MigrationView end;
        Load load = new Load(sessions(database), Files.createDirectory(folder.resolve("clients")));
        Load bypassing = new Load(List.of(bypassing(source)), Files.createDirectory(folder.resolve("bypassing")));
        try (load;
                bypassing) {
            load.awaitEach(SOME);
            reachPoint();
            strike(source);
            end = ended();
            awaitServed(load);
        }
        FaultQuestions questions = new FaultQuestions(platform, engine, database);
        if (!cell.maySessionsBreak()) {
            assertThat(load.meter().errors()).as("errors that clients saw").isEmpty();
        }
        questions.assertEveryWriteIsThereOnce(Stream.concat(load.journals().stream(), bypassing.journals().stream())
                .toList());
        assertThat(engine.fingerprint(database)).isEqualTo(before);
        questions.assertServedFromOneSide(id, source, end);
        platform.api().remove(id);
        return new Outcome(end.status(), detail(end, load.meter()));
    }

    private static String detail(MigrationView end, LoadMeter meter) {
        String code = end.json().path("error").path("code").asString("");
        String errors =
                meter.errors().stream().map(error -> ": " + error).findFirst().orElse("");
        return (end.status() + " " + code).strip() + ", attempts " + Fields.text(end.json(), "attempts") + ", pause "
                + Fields.text(end.json(), "pauseMs") + " ms, failed exchanges " + meter.failed() + errors;
    }

    private List<ReconnectingSession> sessions(DatabaseConnection database) {
        return IntStream.range(0, CLIENTS)
                .mapToObj(client -> new ReconnectingSession(() -> shopper(database, client)))
                .toList();
    }

    /** What it is told counts like what the others are told; that it is refused in the end is as it should be. */
    private ClientSession bypassing(PlacedDatabase source) {
        DatabaseConnection direct = platform.direct(source);
        return new ReconnectingSession(() -> shopper(direct, BYPASSING));
    }

    private ShopSession shopper(DatabaseConnection database, int client) {
        return (ShopSession) engine.openSession(database, client);
    }

    /** Returns when a service stands at the cell's point. */
    private void reachPoint() throws Exception {
        SagaStep step = cell.step();
        if (step.course() == Course.UNDO) {
            FaultPoint cutover = SagaTable.steps().stream()
                    .filter(row -> row.name().equals("HAND_OVER"))
                    .findFirst()
                    .orElseThrow()
                    .point(Moment.ANSWERING)
                    .orElseThrow();
            if (step.isOfRollback()) {
                moveToWindow();
                platform.points().arm(cutover);
                act("/rollback");
            } else {
                platform.points().arm(cutover);
                migration = platform.api().migrate(id, Tier.DEDICATED);
            }
            platform.points().awaitReached(cutover, REACHED);
            platform.points().arm(cell.point());
            act("/cancel");
            platform.points().release(cutover);
        } else if (step.isOfRollback() || step.isAfterWindow()) {
            moveToWindow();
            platform.points().arm(cell.point());
            act(step.isOfRollback() ? "/rollback" : "/complete");
        } else {
            platform.points().arm(cell.point());
            migration = platform.api().migrate(id, Tier.DEDICATED);
        }
        platform.points().awaitReached(cell.point(), REACHED);
    }

    private void moveToWindow() throws InterruptedException {
        migration = platform.api().migrate(id, Tier.DEDICATED);
        MigrationView moved = platform.api().await(migration, view -> {});
        assertThat(moved.status()).as(moved.error()).isEqualTo("ready");
    }

    private void act(String action) {
        platform.client().post(ApiPaths.migration(migration) + action, JsonNodeFactory.instance.objectNode());
    }

    private void strike(PlacedDatabase source) throws Exception {
        FaultStrike strike = new FaultStrike(platform, cell, id, source, migration);
        try {
            strike.run();
        } finally {
            platform.points().release(cell.point());
            strike.revive();
        }
    }

    /** The platform need not answer all the time. A rollback window is closed as soon as it is open. */
    private MigrationView ended() throws InterruptedException {
        MigrationView[] last = new MigrationView[1];
        Eventually.assertThat("the migration ended", ENDED, () -> {
            MigrationView view = platform.api().show(migration);
            last[0] = view;
            if (view.phase().equals("ROLLBACK_WINDOW")) {
                complete();
            }
            assertThat(Fields.text(view.json(), "endedAt"))
                    .as("the end in %s", view.json())
                    .isNotEqualTo("-");
        });
        return last[0];
    }

    private void complete() {
        try {
            act("/complete");
        } catch (ApiProblem e) {
            // It was not in its window any more.
        }
    }

    private static void awaitServed(Load load) throws InterruptedException {
        Eventually.assertThat("each client is served", SERVED, () -> {
            long failed = load.meter().failed();
            load.awaitEach(SOME);
            assertThat(load.meter().failed()).isEqualTo(failed);
        });
    }

    @Override
    public String toString() {
        return id + " " + migration;
    }
}
