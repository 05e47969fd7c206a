package io.godwit.orchestrator.saga;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.events.Failure;
import io.godwit.events.Failure.Kind;
import io.godwit.events.Finding;
import io.godwit.events.MigrationStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class StepFailureTest {
    private static final Failure DEFECT = new Failure("SCHEMA_DIFFERS", "table x is missing", Kind.INTERNAL);
    private static final Failure HICCUP = new Failure("COPY_INTERRUPTED", "connection lost", Kind.TRANSIENT);

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {
                "INSPECT_STANDBY",
                "CLONE",
                "FOLLOW",
                "EXCHANGE",
                "INSPECT_RESTORE",
                "INSPECT_SESSIONS",
                "PREPARE_RESTORE",
                "FENCE",
                "FRESH_BACKUP",
                "RESTORE",
                "CONFIRM_RESTORE",
                "ADMIT",
                "ARM",
                "HOLD",
                "REOPEN",
                "RELEASE",
                "ROLLBACK_WINDOW",
                "STOP_REVERSE",
                "STOP_REPLICATION",
                "RETIRE_SOURCE"
            },
            mode = Mode.EXCLUDE)
    void aLastingFailureUndoesEverythingAndTheTenantStaysOnTheSource(Step step) {
        SagaRun run = SagaRun.at(step);
        run.failOne(DEFECT);
        run.finish();

        assertThat(run.migration.status()).isEqualTo(MigrationStatus.FAILED);
        assertThat(run.migration.error()).isEqualTo(DEFECT);
        assertThat(run.migration.home()).isIn(null, "srv_source");
        assertUndone(run);
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {
                "INSPECT_STANDBY",
                "CLONE",
                "FOLLOW",
                "EXCHANGE",
                "INSPECT_RESTORE",
                "INSPECT_SESSIONS",
                "PREPARE_RESTORE",
                "FENCE",
                "FRESH_BACKUP",
                "RESTORE",
                "CONFIRM_RESTORE",
                "ADMIT",
                "ARM",
                "REOPEN",
                "RELEASE",
                "ROLLBACK_WINDOW",
                "STOP_REVERSE",
                "STOP_REPLICATION",
                "RETIRE_SOURCE"
            },
            mode = Mode.EXCLUDE)
    void aPassingFailureIsTriedAgainWithANewAttempt(Step step) {
        SagaRun run = SagaRun.at(step);
        run.failOne(HICCUP);
        run.finish();

        assertThat(run.migration.status()).isEqualTo(MigrationStatus.READY);
        assertThat(run.migration.home()).isEqualTo("srv_target");
        assertThat(run.place().attempt()).isEqualTo(3);
        assertThat(run.timeline.values()).anySatisfy(entry -> {
            assertThat(entry.step()).isEqualTo(step.name());
            assertThat(entry.outcome()).isEqualTo("FAILED");
        });
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"PLAN", "INSPECT", "SAFETY_BACKUP", "PROVISION", "COPY", "CATCH_UP", "VERIFY"})
    void aPassingFailureThatDoesNotPassFailsAfterThreeAttemptsWithTheTimeForAServerToStartBetweenThem(Step step) {
        SagaRun run = SagaRun.create();
        run.start();
        List<Instant> failures = new ArrayList<>();
        while (!run.migration.isFinished()) {
            run.answerUntil(r -> r.isAt(step, Course.FORWARD) || r.migration.isFinished());
            if (!run.migration.isFinished()) {
                failures.add(run.now);
                run.failOne(HICCUP);
            }
        }

        assertThat(failures)
                .hasSize(3)
                .satisfies(at -> assertThat(Duration.between(at.getFirst(), at.getLast()))
                        .isGreaterThanOrEqualTo(Duration.ofSeconds(15)));
        assertThat(run.migration.status()).isEqualTo(MigrationStatus.FAILED);
        assertThat(run.migration.error()).isEqualTo(HICCUP);
        assertUndone(run);
    }

    @Test
    void anInterruptedCopyBeginsAgainWithANewTarget() {
        SagaRun run = SagaRun.at(Step.COPY);
        run.failOne(HICCUP);
        run.answerUntil(r -> r.isAt(Step.COPY, Course.FORWARD));

        assertThat(run.commands())
                .endsWith("StartCopy", "StopReverse", "StopReplication", "DiscardTarget", "PrepareTarget", "StartCopy");
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"CATCH_UP", "VERIFY"})
    void aStreamBackThatTransactionsKeepFromBeginningCostsNoCopy(Step step) {
        SagaRun run = SagaRun.at(step);
        int before = run.sent.size();
        run.failOne(new Failure("SLOT_NOT_READY", "process 4711 of another database", Kind.TRANSIENT));
        run.finish();

        assertThat(run.migration.status()).isEqualTo(MigrationStatus.READY);
        assertThat(run.migration.syncAttempts()).isEqualTo(2);
        assertThat(run.commands().subList(before, run.sent.size()))
                .startsWith("AwaitConvergence", "VerifyCopy")
                .doesNotContain("DiscardTarget", "PrepareTarget", "StartCopy");
    }

    @Test
    void aDeadTargetThatWasMadeForTheMoveIsNotTriedAgain() {
        SagaRun run = SagaRun.at(Step.COPY);
        Failure dead = new Failure("TARGET_UNREACHABLE", "127.0.0.1:15002 refused the connection", Kind.TRANSIENT);
        run.failOne(dead);
        run.finish();

        assertThat(run.migration.error()).isEqualTo(dead);
        assertThat(run.migration.syncAttempts()).isEqualTo(1);
        assertThat(run.commands()).endsWith("StartCopy", "StopReverse", "StopReplication", "DiscardTarget");
    }

    @Test
    void clientsFlowAgainFirstAndOnlyOnAnUnfencedSource() {
        SagaRun run = SagaRun.at(Step.HAND_OVER);
        run.failOne(DEFECT);
        run.finish();

        assertThat(run.commands())
                .endsWith(
                        "HandOver",
                        "UnfenceSource",
                        "ReleaseTraffic",
                        "DisarmMigration",
                        "StopReverse",
                        "StopReplication",
                        "DiscardTarget");
    }

    @Test
    void aRetriedCutoverIsNotVerifiedTwice() {
        SagaRun run = SagaRun.at(Step.HAND_OVER);
        run.failOne(HICCUP);
        run.finish();

        assertThat(run.commands()).containsOnlyOnce("VerifyCopy").containsOnlyOnce("StartCopy");
        assertThat(run.commands().stream().filter("HoldTraffic"::equals)).hasSize(2);
    }

    @Test
    void blockersStopBeforeAnythingIsTouched() {
        SagaRun run = SagaRun.at(Step.INSPECT);
        Finding blocker = new Finding(
                Finding.Severity.BLOCKER, "LARGE_OBJECTS", null, "has 3 large objects", "move them to a table");
        run.tell(Answers.inspected(run.unanswered.removeFirst().step(), List.of(blocker)));

        assertThat(run.migration.status()).isEqualTo(MigrationStatus.FAILED);
        assertThat(run.migration.error()).isNotNull().extracting(Failure::code).isEqualTo("PREFLIGHT_BLOCKED");
        assertThat(run.commands()).containsExactly("PlanTarget", "InspectDatabase");
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"STOP_REVERSE", "STOP_REPLICATION", "RETIRE_SOURCE"})
    void afterTheCommitAFailureIsOvercomeByInsisting(Step step) {
        SagaRun run = SagaRun.at(step);
        for (int i = 0; i < 12; i++) {
            run.failOne(DEFECT);
            run.timeOut();
        }
        assertThat(run.migration.needsOperator())
                .isNotNull()
                .extracting(Failure::code)
                .isEqualTo("NEEDS_OPERATOR");
        assertThat(run.migration.status()).isEqualTo(MigrationStatus.READY);

        run.finish();
        assertThat(run.migration.status()).isEqualTo(MigrationStatus.READY);
        assertThat(run.migration.needsOperator()).isNull();
    }

    @Test
    void anUndoIsRepeatedUntilItIsConfirmed() {
        SagaRun run = SagaRun.at(Step.HAND_OVER);
        run.failOne(DEFECT);
        for (int i = 0; i < 20; i++) {
            assertThat(run.place().undoing()).isEqualTo(Undo.UNFENCE);
            assertThat(run.commands()).doesNotContain("ReleaseTraffic");
            run.stayingSilent();
        }
        assertThat(run.migration.needsOperator()).isNotNull();

        run.finish();
        assertThat(run.migration.status()).isEqualTo(MigrationStatus.FAILED);
        assertThat(run.migration.error()).isEqualTo(DEFECT);
    }

    private static void assertUndone(SagaRun run) {
        assertThat(run.commands().contains("DiscardTarget"))
                .isEqualTo(run.commands().contains("PrepareTarget"));
        assertThat(run.commands().contains("StopReplication"))
                .isEqualTo(run.commands().contains("StartCopy"));
        assertThat(run.commands().contains("UnfenceSource"))
                .isEqualTo(run.commands().contains("HandOver"));
        assertThat(run.commands().contains("ReleaseTraffic"))
                .isEqualTo(run.commands().contains("HoldTraffic"));
    }
}
