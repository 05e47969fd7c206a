package io.godwit.orchestrator.saga;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.events.Failure;
import io.godwit.events.MigrationEventType;
import io.godwit.events.MigrationPhase;
import io.godwit.events.MigrationStatus;
import io.godwit.events.ProvisioningCommand.RetireSource;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class UserActionTest {
    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {
                "PLAN",
                "INSPECT",
                "SAFETY_BACKUP",
                "PROVISION",
                "COPY",
                "CATCH_UP",
                "VERIFY",
                "ARM",
                "REHEARSE",
                "HOLD",
                "HAND_OVER"
            })
    void aMigrationCanBeCancelledAtEachStepBeforeTheCommit(Step step) {
        SagaRun run = SagaRun.at(step);
        assertThat(run.feed(new Input.CancelRequested()).refusal()).isNull();
        run.finish();

        assertThat(run.migration.status()).isEqualTo(MigrationStatus.CANCELLED);
        assertThat(run.migration.error()).isNull();
        assertThat(run.commands()).doesNotContain("PublishRoute");
        assertThat(run.commands().contains("DiscardTarget"))
                .isEqualTo(run.commands().contains("PrepareTarget"));
        assertThat(run.commands().contains("UnfenceSource"))
                .isEqualTo(run.commands().contains("HandOver"));
        assertThat(run.events.getLast().status()).isEqualTo(MigrationStatus.CANCELLED);
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"COMMIT", "RELEASE", "ROLLBACK_WINDOW", "STOP_REVERSE", "STOP_REPLICATION", "RETIRE_SOURCE"})
    void fromTheCommitOnItIsTooLateToCancel(Step step) {
        SagaRun run = SagaRun.at(step);
        Migration before = run.migration;

        assertThat(run.feed(new Input.CancelRequested()).refusal())
                .isNotNull()
                .extracting(Decision.Refusal::code)
                .isEqualTo("TOO_LATE_TO_CANCEL");
        assertThat(run.migration).isEqualTo(before);
    }

    @Test
    void aCancelDuringABackOffTakesEffectAtOnce() {
        SagaRun run = SagaRun.at(Step.COPY);
        run.failOne(new Failure("COPY_INTERRUPTED", "connection lost", Failure.Kind.TRANSIENT));
        run.feed(new Input.CancelRequested());
        run.finish();

        assertThat(run.migration.status()).isEqualTo(MigrationStatus.CANCELLED);
        assertThat(run.commands()).containsOnlyOnce("StartCopy");
    }

    @Test
    void aRollbackIsTheSameCutoverWithTheSidesSwapped() {
        SagaRun run = SagaRun.at(Step.ROLLBACK_WINDOW);
        int before = run.sent.size();
        assertThat(run.feed(new Input.RollbackRequested()).refusal()).isNull();
        run.finish();

        List<String> commands = run.commands().subList(before, run.sent.size());
        assertThat(commands)
                .containsExactly(
                        "AwaitConvergence",
                        "OpenPassage",
                        "ArmRollback",
                        "RehearseRoute",
                        "HoldTraffic",
                        "HandOver",
                        "PublishRoute",
                        "UnfenceSource",
                        "StopReverse",
                        "StopReplication",
                        "RetireSource");
        assertThat(run.migration.status()).isEqualTo(MigrationStatus.ROLLED_BACK);
        assertThat(run.migration.phase()).isEqualTo(MigrationPhase.DONE);
        assertThat(run.migration.home()).isEqualTo("srv_source");
        assertThat(run.sent.getLast())
                .isInstanceOfSatisfying(
                        RetireSource.class,
                        retire -> assertThat(retire.serverId()).isEqualTo("srv_target"));
        assertThat(run.events)
                .filteredOn(event -> event.type() == MigrationEventType.ROLLED_BACK)
                .singleElement()
                .satisfies(event -> assertThat(event.serverId()).isEqualTo("srv_source"));
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"HAND_OVER", "COMMIT"})
    void aRollbackThatFailsLeavesTheDatabaseWhereTheMoveBroughtIt(Step step) {
        SagaRun run = SagaRun.at(step, Course.ROLLBACK);
        int before = run.sent.size();
        Failure broken = new Failure("REVERSE_BROKEN", "the reverse stream has ended", Failure.Kind.INTERNAL);
        run.failOne(broken);
        run.answerUntil(r -> r.isAt(Step.ROLLBACK_WINDOW, Course.FORWARD));

        List<String> undone = run.commands().subList(before, run.sent.size());
        assertThat(undone).endsWith("UnfenceSource", "ReleaseTraffic", "DisarmMigration", "ClosePassage");
        assertThat(undone).containsOnlyOnce("UnfenceSource");
        assertThat(run.migration.status()).isEqualTo(MigrationStatus.READY);
        assertThat(run.migration.home()).isEqualTo("srv_target");
        assertThat(run.migration.error()).isEqualTo(broken);
        run.finish();
        assertThat(run.migration.home()).isEqualTo("srv_target");
        assertThat(run.migration.error()).isNull();
    }

    @Test
    void aRollbackOpensTheOldSourceOnlyWhenTheRouteLeadsThereAndInsistsOnIt() {
        SagaRun run = SagaRun.at(Step.COMMIT, Course.ROLLBACK);
        int handedOver = run.commands().lastIndexOf("HandOver");
        assertThat(run.commands().subList(handedOver, run.sent.size())).doesNotContain("UnfenceSource");
        run.answerOne();
        assertThat(run.isAt(Step.REOPEN, Course.ROLLBACK)).isTrue();
        for (int i = 0; i < 12; i++) {
            run.stayingSilent();
            assertThat(run.isAt(Step.REOPEN, Course.ROLLBACK)).isTrue();
        }
        assertThat(run.migration.needsOperator()).isNotNull();

        run.finish();
        assertThat(run.migration.status()).isEqualTo(MigrationStatus.ROLLED_BACK);
        assertThat(run.migration.needsOperator()).isNull();
    }

    @Test
    void theWindowCanBeEndedEarly() {
        SagaRun run = SagaRun.at(Step.ROLLBACK_WINDOW);
        assertThat(run.feed(new Input.CompleteRequested()).refusal()).isNull();
        run.finish();

        assertThat(run.migration.status()).isEqualTo(MigrationStatus.READY);
        assertThat(Duration.between(SagaRun.START, run.now)).isLessThan(Duration.ofMinutes(1));
    }

    @Test
    void outsideTheWindowNothingIsRolledBackOrCompleted() {
        SagaRun before = SagaRun.at(Step.COPY);
        assertThat(code(before.feed(new Input.RollbackRequested()))).isEqualTo("NOT_SWITCHED_YET");
        assertThat(code(before.feed(new Input.CompleteRequested()))).isEqualTo("NOT_SWITCHED_YET");

        SagaRun after = SagaRun.at(Step.STOP_REVERSE);
        assertThat(code(after.feed(new Input.RollbackRequested()))).isEqualTo("ROLLBACK_WINDOW_CLOSED");
        after.finish();
        assertThat(code(after.feed(new Input.RollbackRequested()))).isEqualTo("ROLLBACK_WINDOW_CLOSED");
        assertThat(code(after.feed(new Input.CompleteRequested()))).isEqualTo("ROLLBACK_WINDOW_CLOSED");
        assertThat(code(after.feed(new Input.CancelRequested()))).isEqualTo("ROLLBACK_WINDOW_CLOSED");
    }

    private static String code(Decision decision) {
        Decision.Refusal refusal = decision.refusal();
        return refusal == null ? "none" : refusal.code();
    }
}
