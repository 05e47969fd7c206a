package io.godwit.orchestrator.saga;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.events.BackupCommand.RestoreBackup;
import io.godwit.events.BackupEvent.RestoreInspected;
import io.godwit.events.Command;
import io.godwit.events.Failure;
import io.godwit.events.Failure.Kind;
import io.godwit.events.Finding;
import io.godwit.events.MigrationStatus;
import io.godwit.events.StepRef;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a database is moved by backup and restore, and when it is not. */
class FallbackTest {
    static final Finding BLOCKER =
            new Finding(Finding.Severity.BLOCKER, "WAL_LEVEL", null, "wal_level is replica", "set it to logical");
    private static final List<String> MOVE = List.of(
            "PrepareTarget",
            "PrepareRestore",
            "RehearseRoute",
            "HoldTraffic",
            "FenceSource",
            "HoldTraffic",
            "CreateSafetyBackup",
            "RestoreBackup",
            "ConfirmRestore",
            "PublishRoute",
            "StopReplication",
            "RetireSource");

    @Test
    void whereReplicationIsRefusedTheDatabaseMovesByABackupThatIsTakenWhenNobodyWrites() {
        SagaRun run = blocked(SagaRun.withFallback());
        run.finish();

        assertThat(run.commands().subList(0, 4))
                .containsExactly("PlanTarget", "InspectDatabase", "InspectRestore", "CreateSafetyBackup");
        assertThat(run.commands().subList(4, run.sent.size())).isEqualTo(MOVE);
        assertThat(run.migration.status()).isEqualTo(MigrationStatus.READY);
        assertThat(run.migration.home()).isEqualTo("srv_target");
        assertThat(run.migration.error()).isNull();
        assertThat(run.migration.fallback().reason())
                .isNotNull()
                .extracting(Failure::code)
                .isEqualTo("PREFLIGHT_BLOCKED");
    }

    @Test
    void theBackupThatIsRestoredIsNeverTheSafetyBackup() {
        SagaRun run = blocked(SagaRun.withFallback());
        run.finish();

        List<StepRef> backups = run.sent.stream()
                .filter(command -> command.getClass().getSimpleName().equals("CreateSafetyBackup"))
                .map(Command::step)
                .toList();
        assertThat(backups).hasSize(2).doesNotHaveDuplicates();
        assertThat(run.sent)
                .filteredOn(RestoreBackup.class::isInstance)
                .singleElement()
                .satisfies(command -> assertThat(((RestoreBackup) command).backupId())
                        .isEqualTo("bkp_" + backups.getLast().attempt()));
    }

    @ParameterizedTest
    @CsvSource({
        "COPY, WAL_LEVEL, CONFLICT",
        "COPY, COPY_FAILED, EXHAUSTED",
        "CATCH_UP, LAG_NOT_CONVERGING, EXHAUSTED",
        "CATCH_UP, WAL_BUDGET_EXCEEDED, EXHAUSTED"
    })
    void replicationThatCannotBeEstablishedOrDoesNotConvergeIsUndoneFirst(Step step, String code, Kind kind) {
        SagaRun run = at(SagaRun.withFallback(), step);
        Failure failure = new Failure(code, "it does not work", kind);
        int before = run.sent.size();
        run.failOne(failure);
        run.finish();

        assertThat(run.commands().subList(before, before + 3))
                .containsExactly("StopReverse", "StopReplication", "DiscardTarget");
        assertThat(run.commands().subList(before + 3, run.sent.size())).isEqualTo(MOVE);
        assertThat(run.migration.status()).isEqualTo(MigrationStatus.READY);
        assertThat(run.migration.fallback().reason()).isEqualTo(failure);
    }

    @ParameterizedTest
    @CsvSource({"SOURCE_UNREACHABLE, 3", "TARGET_UNREACHABLE, 1", "SERVICE_DATABASE_AWAY, 3", "COPY_INTERRUPTED, 3"})
    void whoeverIsGoneIsNoReasonToMoveInAnotherWay(String code, int attempts) {
        SagaRun run = SagaRun.withFallback();
        run.start();
        Failure gone = new Failure(code, "no answer", Kind.TRANSIENT);
        while (!run.migration.isFinished()) {
            run.answerUntil(r -> r.isAt(Step.COPY, Course.FORWARD) || r.migration.isFinished());
            if (!run.migration.isFinished()) {
                run.failOne(gone);
            }
        }

        assertThat(run.migration.status()).isEqualTo(MigrationStatus.FAILED);
        assertThat(run.migration.error()).isEqualTo(gone);
        assertThat(run.migration.syncAttempts()).isEqualTo(attempts);
        assertThat(run.commands()).doesNotContain("PrepareRestore", "HoldTraffic");
    }

    @Test
    void whereItIsNotAllowedTheMigrationFailsWithTheReasonAndNobodyIsHeld() {
        SagaRun refused = blocked(SagaRun.create());
        assertThat(refused.migration.error()).isNotNull().satisfies(error -> {
            assertThat(error.code()).isEqualTo("PREFLIGHT_BLOCKED");
            assertThat(error.message()).contains("wal_level is replica");
        });
        assertThat(refused.commands()).containsExactly("PlanTarget", "InspectDatabase");

        SagaRun slow = at(SagaRun.create(), Step.CATCH_UP);
        Failure lag = new Failure("LAG_NOT_CONVERGING", "too slow", Kind.EXHAUSTED);
        slow.failOne(lag);
        slow.finish();
        assertThat(slow.migration.error()).isEqualTo(lag);
        assertThat(slow.migration.status()).isEqualTo(MigrationStatus.FAILED);
        assertThat(slow.commands()).doesNotContain("InspectRestore", "HoldTraffic");
    }

    @Test
    void whatNeitherWayCanDoIsSaidOfBoth() {
        SagaRun run = SagaRun.withFallback();
        run.start();
        run.answerUntil(r -> r.isAt(Step.INSPECT, Course.FORWARD));
        run.tell(Answers.inspected(run.unanswered.removeFirst().step(), List.of(BLOCKER)));
        Finding other =
                new Finding(Finding.Severity.BLOCKER, "TOOL_TOO_OLD", null, "pg_dump is too old", "get a newer one");
        run.tell(Answers.restoreInspected(run.unanswered.removeFirst().step(), List.of(other)));

        assertThat(run.migration.status()).isEqualTo(MigrationStatus.FAILED);
        assertThat(run.migration.error()).isNotNull().satisfies(error -> {
            assertThat(error.code()).isEqualTo("PREFLIGHT_BLOCKED");
            assertThat(error.message()).contains("wal_level is replica", "pg_dump is too old");
        });
        assertThat(run.commands()).containsExactly("PlanTarget", "InspectDatabase", "InspectRestore");
    }

    @Test
    void whatWouldHoldClientsForTooLongIsNotBegun() {
        SagaRun run = SagaRun.create(SagaRun.terms(FallbackPolicy.AUTOMATIC, Duration.ofSeconds(2)));
        run.start();
        run.answerUntil(r -> r.isAt(Step.INSPECT, Course.FORWARD));
        run.tell(Answers.inspected(run.unanswered.removeFirst().step(), List.of(BLOCKER)));
        run.answerOne();

        assertThat(run.migration.status()).isEqualTo(MigrationStatus.FAILED);
        assertThat(run.migration.error()).isNotNull().satisfies(error -> {
            assertThat(error.code()).isEqualTo("PREFLIGHT_BLOCKED");
            assertThat(error.message()).contains("about 3000 ms; expected at most 2000 ms");
        });
        assertThat(run.commands()).containsExactly("PlanTarget", "InspectDatabase", "InspectRestore");
    }

    @Test
    void aBackupThatTookLongerThanForetoldEndsItBeforeAnybodyIsHeld() {
        SagaRun run = blocked(SagaRun.withFallback());
        run.answerUntil(r -> r.isAt(Step.SAFETY_BACKUP, Course.FALLBACK));
        run.now = run.now.plus(Duration.ofMinutes(6));
        run.finish();

        assertThat(run.migration.status()).isEqualTo(MigrationStatus.FAILED);
        assertThat(run.migration.error()).isNotNull().extracting(Failure::code).isEqualTo("FALLBACK_TOO_LONG");
        assertThat(run.commands()).doesNotContain("HoldTraffic").endsWith("StopReplication", "DiscardTarget");
    }

    @Test
    void aDryRunTellsTheWayAndItsPause() {
        SagaRun run = SagaRun.dryRun(SagaRun.terms(FallbackPolicy.AUTOMATIC, Duration.ofMinutes(15)));
        run.start();
        run.answerUntil(r -> r.isAt(Step.INSPECT, Course.FORWARD));
        run.tell(Answers.inspected(run.unanswered.removeFirst().step(), List.of(BLOCKER)));
        run.finish();

        assertThat(run.commands())
                .containsExactly("PlanTarget", "InspectDatabase", "InspectRestore", "InspectSessions");
        assertThat(run.events).isEmpty();
        assertThat(run.migration.movesByRestore()).isTrue();
        assertThat(Fallback.expectedPause(run.migration)).isEqualTo(Duration.ofSeconds(3));
        assertThat(SagaDocument.plan(run.migration))
                .extracting(SagaDocument.PlannedStep::step)
                .startsWith("PLAN", "INSPECT", "INSPECT_RESTORE", "SAFETY_BACKUP")
                .contains("FENCE", "FRESH_BACKUP", "RESTORE")
                .doesNotContain("COPY", "HAND_OVER", "STOP_REVERSE");
    }

    @Test
    void aDatabaseThatReplicationCanMoveIsMovedByReplication() {
        SagaRun run = SagaRun.withFallback();
        run.start();
        run.finish();

        assertThat(run.commands()).contains("InspectRestore", "HandOver").doesNotContain("PrepareRestore");
        assertThat(run.migration.learned().find(RestoreInspected.class)).isNotNull();
        assertThat(run.migration.movesByRestore()).isFalse();
    }

    /** Preflight has found that replication can't do it. */
    static SagaRun blocked(SagaRun run) {
        run.start();
        run.answerUntil(r -> r.isAt(Step.INSPECT, Course.FORWARD));
        run.tell(Answers.inspected(run.unanswered.removeFirst().step(), List.of(BLOCKER)));
        if (run.isAt(Step.INSPECT_RESTORE, Course.FORWARD)) {
            run.answerOne();
        }
        return run;
    }

    private static SagaRun at(SagaRun run, Step step) {
        run.start();
        run.answerUntil(r -> r.isAt(step, Course.FORWARD));
        return run;
    }
}
