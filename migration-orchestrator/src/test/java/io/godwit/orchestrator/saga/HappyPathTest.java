package io.godwit.orchestrator.saga;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.DatabaseId;
import io.godwit.events.MigrationEvent;
import io.godwit.events.MigrationEventType;
import io.godwit.events.MigrationPhase;
import io.godwit.events.MigrationStatus;
import io.godwit.events.ProvisioningEvent.RoutePublished;
import io.godwit.events.ProxyEvent.TrafficReleased;
import io.godwit.events.ReplicationCommand.HandOver;
import io.godwit.events.ReplicationEvent.InitialSyncDelayed;
import io.godwit.events.ReplicationEvent.InitialSyncProgressed;
import io.godwit.events.StepRef;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class HappyPathTest {
    @Test
    void everyStepIsGoneThroughInOrder() {
        SagaRun run = SagaRun.create();
        run.start();
        run.finish();

        assertThat(run.commands())
                .containsExactly(
                        "PlanTarget",
                        "InspectDatabase",
                        "CreateSafetyBackup",
                        "PrepareTarget",
                        "StartCopy",
                        "AwaitConvergence",
                        "VerifyCopy",
                        "ArmMigration",
                        "RehearseRoute",
                        "HoldTraffic",
                        "HandOver",
                        "PublishRoute",
                        "StopReverse",
                        "StopReplication",
                        "RetireSource");
        assertThat(run.migration.status()).isEqualTo(MigrationStatus.READY);
        assertThat(run.migration.phase()).isEqualTo(MigrationPhase.DONE);
        assertThat(run.migration.home()).isEqualTo("srv_target");
        assertThat(run.migration.error()).isNull();
    }

    @Test
    void theWayBackIsMadeWhereThereIsAWindowAndNotInARollback() {
        SagaRun forward = SagaRun.at(Step.HAND_OVER);
        assertThat(forward.unanswered.getFirst())
                .isEqualTo(new HandOver(step(1), Answers.SOURCE, Answers.TARGET, true, heldUntil(forward)));

        SagaRun withoutWindow = SagaRun.create(withoutWindow());
        withoutWindow.start();
        withoutWindow.answerUntil(run -> run.isAt(Step.HAND_OVER, Course.FORWARD));
        assertThat(withoutWindow.unanswered.getFirst())
                .isEqualTo(new HandOver(step(1), Answers.SOURCE, Answers.TARGET, false, heldUntil(withoutWindow)));

        SagaRun rollback = SagaRun.at(Step.HAND_OVER, Course.ROLLBACK);
        assertThat(rollback.unanswered.getFirst())
                .isEqualTo(new HandOver(
                        step(rollback.place().attempt()), Answers.TARGET, Answers.SOURCE, false, heldUntil(rollback)));
    }

    private static Instant heldUntil(SagaRun run) {
        return Objects.requireNonNull(run.migration.cutover().holdAt()).plusSeconds(2);
    }

    @Test
    void thePublicIsToldEachPhaseOnceAndInSequence() {
        SagaRun run = SagaRun.create();
        run.start();
        run.finish();

        assertThat(run.events)
                .extracting(MigrationEvent::sequence)
                .doesNotHaveDuplicates()
                .isSorted();
        assertThat(run.events)
                .extracting(MigrationEvent::type)
                .containsExactly(
                        MigrationEventType.REQUESTED,
                        MigrationEventType.PHASE_CHANGED,
                        MigrationEventType.PHASE_CHANGED,
                        MigrationEventType.PHASE_CHANGED,
                        MigrationEventType.PHASE_CHANGED,
                        MigrationEventType.PHASE_CHANGED,
                        MigrationEventType.PHASE_CHANGED,
                        MigrationEventType.PAUSED_TRAFFIC,
                        MigrationEventType.SWITCHED,
                        MigrationEventType.PHASE_CHANGED,
                        MigrationEventType.COMPLETED);
        assertThat(run.events)
                .filteredOn(event -> event.type() == MigrationEventType.SWITCHED)
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.status()).isEqualTo(MigrationStatus.READY);
                    assertThat(event.serverId()).isEqualTo("srv_target");
                    assertThat(event.pauseMillis()).isEqualTo(42);
                });
    }

    @Test
    void thePauseIsTheLongestHoldOfAnyProxy() {
        SagaRun run = SagaRun.at(Step.COMMIT);
        var step = run.unanswered.getFirst().step();
        run.tell(new RoutePublished(step, 8, "srv_target"));
        run.tell(new TrafficReleased(step, "proxy-a", 8, 3, 0));
        assertThat(run.place().step()).isEqualTo(Step.RELEASE);
        run.now = run.now.plusMillis(30);
        run.tell(new TrafficReleased(step, "proxy-b", 8, 5, 87_001));

        assertThat(run.migration.cutover().pauseMillis()).isEqualTo(88);
        assertThat(run.migration.cutover().heldExchanges()).isEqualTo(8);
        assertThat(run.migration.cutover().ownTime()).isEqualTo(Duration.ofMillis(30));
        assertThat(run.migration.status()).isEqualTo(MigrationStatus.READY);
    }

    @Test
    void aPauseThatNobodyFeltIsZero() {
        SagaRun run = SagaRun.at(Step.COMMIT);
        var step = run.unanswered.getFirst().step();
        run.tell(new RoutePublished(step, 8, "srv_target"));
        run.proxies.forEach(proxy -> run.tell(new TrafficReleased(step, proxy, 8, 0, 0)));

        assertThat(run.migration.cutover().pauseMillis()).isZero();
    }

    @Test
    void aProxyThatSwitchesBeforeTheCommitIsHeardOfCounts() {
        SagaRun run = SagaRun.at(Step.COMMIT);
        var step = run.unanswered.getFirst().step();
        run.proxies.forEach(proxy -> run.tell(new TrafficReleased(step, proxy, 8, 1, 500)));
        assertThat(run.place().step()).isEqualTo(Step.COMMIT);
        run.tell(new RoutePublished(step, 8, "srv_target"));

        assertThat(run.place().step()).isEqualTo(Step.ROLLBACK_WINDOW);
    }

    @Test
    void withoutAWindowNoWayBackIsKept() {
        SagaRun run = SagaRun.create(withoutWindow());
        run.start();
        run.finish();

        assertThat(run.commands()).contains("StopReverse");
        assertThat(run.steps()).doesNotContain("ROLLBACK_WINDOW");
        assertThat(Duration.between(SagaRun.START, run.now)).isLessThan(Duration.ofMinutes(1));
    }

    @Test
    void progressIsToldAtMostOnceASecond() {
        SagaRun run = SagaRun.at(Step.COPY);
        var step = run.unanswered.getFirst().step();
        int before = run.events.size();
        int entries = run.timeline.size();
        for (int i = 0; i < 40; i++) {
            run.tell(new InitialSyncProgressed(step, i, i, i, 1, 1));
            run.now = run.now.plusMillis(100);
        }

        assertThat(run.events.size() - before).isEqualTo(4);
        assertThat(run.timeline).hasSize(entries);
        assertThat(run.events.getLast().percent()).isEqualTo(30.0);
    }

    @Test
    void whatTheCopyWaitsForIsKnownUntilItGoesOn() {
        SagaRun run = SagaRun.at(Step.COPY);
        var step = run.unanswered.getFirst().step();
        assertThat(run.migration.waitingFor()).isNull();
        run.now = run.now.plusSeconds(40);
        run.tell(new InitialSyncDelayed(step, "process 4711"));
        assertThat(run.migration.waitingFor()).isEqualTo("process 4711");
        assertThat(run.events.getLast().type()).isEqualTo(MigrationEventType.PROGRESSED);
        assertThat(run.place().dueAt()).as("a sign of life").isEqualTo(run.now.plusSeconds(60));

        run.tell(new InitialSyncProgressed(step, 1, 1, 1, 1, 1));
        assertThat(run.migration.waitingFor()).isNull();

        run.tell(new InitialSyncDelayed(step, "process 815"));
        run.answerOne();
        assertThat(run.migration.waitingFor()).isNull();
        run.tell(new InitialSyncDelayed(step, "late"));
        assertThat(run.migration.waitingFor()).isNull();
    }

    @Test
    void aDryRunOnlyAsksQuestionsAndTellsNobody() {
        SagaRun run = SagaRun.dryRun();
        run.start();
        run.finish();

        assertThat(run.commands()).containsExactly("PlanTarget", "InspectDatabase", "InspectSessions");
        assertThat(run.events).isEmpty();
        assertThat(SagaDocument.plan(run.migration))
                .extracting(SagaDocument.PlannedStep::command)
                .contains("HandOver", "PublishRoute")
                .doesNotContain("InspectSessions");
    }

    @Test
    void cutoverStepsWaitUntilTheLiveProxiesAreKnown() {
        SagaRun run = SagaRun.at(Step.VERIFY);
        run.proxiesKnown = false;
        run.answerOne();
        assertThat(run.place().activity()).isEqualTo(Activity.WAITING);
        run.timeOut();
        assertThat(run.commands()).doesNotContain("ArmMigration");

        run.proxiesKnown = true;
        run.timeOut();
        assertThat(run.commands()).endsWith("ArmMigration");
    }

    private static StepRef step(int attempt) {
        return new StepRef("mig_test", new DatabaseId("acme", "orders"), attempt);
    }

    private static Terms withoutWindow() {
        Terms terms = SagaRun.terms();
        return new Terms(
                terms.maxPause(),
                terms.drainTimeout(),
                terms.onDrainTimeout(),
                terms.fallback(),
                terms.maxRestorePause(),
                Duration.ZERO,
                terms.maxLag(),
                terms.lagSamples(),
                terms.syncAttempts());
    }
}
