package io.godwit.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.cli.api.ApiPaths;
import io.godwit.cli.api.ApiProblem;
import io.godwit.cli.migrations.MigrationView;
import io.godwit.cli.output.Fields;
import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.launcher.demo.engine.DemoEngine;
import io.godwit.launcher.demo.load.DatabaseConnection;
import io.godwit.launcher.demo.load.LoadMeter;
import io.godwit.launcher.faults.Course;
import io.godwit.launcher.faults.FaultCase;
import io.godwit.launcher.faults.FaultCell;
import io.godwit.launcher.faults.FaultPoint;
import io.godwit.launcher.faults.FaultReport.Outcome;
import io.godwit.launcher.faults.Moment;
import io.godwit.launcher.faults.SagaStep;
import io.godwit.launcher.faults.SagaTable;
import io.godwit.launcher.platform.PlatformException;
import io.godwit.testing.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;

/** One migration under load with one fault in it, and the questions that every end-to-end test asks. */
final class FaultRun {
    private static final long ROWS = 2_000;
    private static final int SOME = 20;
    private static final Duration REACHABLE = Duration.ofSeconds(30);
    private static final Duration REACHED = Duration.ofMinutes(4);
    private static final Duration ENDED = Duration.ofMinutes(4);
    private static final Duration SERVED = Duration.ofMinutes(1);

    private final E2ePlatform platform;
    private final FaultCase asked;
    private final FaultCell cell;
    private final Path folder;
    private final DatabaseId id = E2ePlatform.freshDatabase();
    private final DemoEngine engine;
    private String migration = "no migration";
    private @Nullable PlacedDatabase target;

    /** @param folder for the clients' journals */
    FaultRun(E2ePlatform platform, FaultCase asked, Path folder) {
        this.platform = platform;
        this.asked = asked;
        this.cell = asked.cell();
        this.folder = folder;
        this.engine = DemoEngines.of(asked.engine());
    }

    /** @return how the migration ended */
    Outcome run() throws Exception {
        DatabaseConnection database =
                platform.api().create(id, engine.id(), asked.direction().from());
        engine.awaitReachable(database, REACHABLE);
        engine.fill(database, ROWS, FaultClients.accounts(engine), rows -> {});
        SequencedMap<String, String> before = engine.fingerprint(database);
        PlacedDatabase source = platform.placement(id);
        MigrationView end;
        FaultClients clients = FaultClients.start(platform, engine, database, source, cell.maySessionsBreak(), folder);
        try (clients) {
            clients.awaitEach(SOME);
            reachPoint();
            strike(source);
            end = ended();
            awaitServed(clients);
        }
        FaultQuestions questions = new FaultQuestions(platform, engine, asked.direction(), database);
        if (!cell.maySessionsBreak()) {
            assertThat(clients.meter().errors()).as("errors that clients saw").isEmpty();
        }
        questions.assertEveryWriteIsThereOnce(clients.journals());
        assertThat(engine.fingerprint(database)).isEqualTo(before);
        questions.assertServedFromOneSide(id, source, target, end);
        platform.api().remove(id);
        return new Outcome(end.status(), detail(end, clients.meter()));
    }

    private static String detail(MigrationView end, LoadMeter meter) {
        String code = end.json().path("error").path("code").asString("");
        String errors =
                meter.errors().stream().map(error -> ": " + error).findFirst().orElse("");
        return (end.status() + " " + code).strip() + ", attempts " + Fields.text(end.json(), "attempts") + ", pause "
                + Fields.text(end.json(), "pauseMs") + " ms, failed exchanges " + meter.failed() + errors;
    }

    /** Returns when a service stands at the cell's point. */
    private void reachPoint() throws Exception {
        SagaStep step = cell.step();
        if (step.course() == Course.UNDO) {
            FaultPoint cutover = SagaTable.step(step.isOfExchange() ? "EXCHANGE" : "HAND_OVER")
                    .point(Moment.ANSWERING)
                    .orElseThrow();
            if (step.isOfRollback()) {
                moveToWindow();
                platform.points().arm(cutover);
                act("/rollback");
            } else {
                platform.points().arm(cutover);
                migration = platform.api().migrate(id, asked.direction().to());
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
            migration = platform.api().migrate(id, asked.direction().to());
        }
        platform.points().awaitReached(cell.point(), REACHED);
        lookAtTarget(platform.api().show(migration));
    }

    /** Once it is retired nobody can tell any more where it was. */
    private void lookAtTarget(MigrationView view) throws InterruptedException {
        try {
            target = platform.placement(id, Fields.text(view.json(), "targetServerId"));
        } catch (PlatformException e) {
            // Not there yet, or not any more, or nobody answers: the next look tells.
            return;
        }
    }

    private void moveToWindow() throws InterruptedException {
        migration = platform.api().migrate(id, asked.direction().to());
        MigrationView moved = platform.api().await(migration, view -> {});
        assertThat(moved.status()).as(moved.error()).isEqualTo("ready");
    }

    private void act(String action) {
        platform.client().post(ApiPaths.migration(migration) + action, JsonNodeFactory.instance.objectNode());
    }

    private void strike(PlacedDatabase source) throws Exception {
        FaultStrike strike = new FaultStrike(platform, asked, id, source, migration);
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
            lookAtTarget(view);
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

    private static void awaitServed(FaultClients clients) throws InterruptedException {
        Eventually.assertThat("each client is served", SERVED, () -> {
            long failed = clients.meter().failed();
            clients.awaitEach(SOME);
            assertThat(clients.meter().failed())
                    .as("failed exchanges; the first: %s", clients.meter().errors())
                    .isEqualTo(failed);
        });
    }

    @Override
    public String toString() {
        return id + " " + migration;
    }
}
