package io.godwit.orchestrator.saga;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.Login;
import io.godwit.events.Failure;
import io.godwit.events.Failure.Kind;
import io.godwit.events.MigrationStatus;
import io.godwit.events.ProxyCommand.ArmRollback;
import io.godwit.events.ReplicationCommand.AwaitConvergence;
import io.godwit.events.ReplicationEvent.LagMeasured;
import io.godwit.events.StepRef;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A rollback makes ready before it holds anybody. */
class RollbackPreparationTest {
    private static final Failure DEFECT = new Failure("SCHEMA_CHANGED", "table x is missing", Kind.INTERNAL);
    private static final Failure HICCUP = new Failure("SOURCE_UNREACHABLE", "connection lost", Kind.TRANSIENT);

    @Test
    void theStreamBackIsWaitedForAndProxiesAreGivenTheSecretOfTheFencedServer() {
        SagaRun run = SagaRun.at(Step.CATCH_UP, Course.ROLLBACK);
        assertThat(run.unanswered.getFirst()).isInstanceOfSatisfying(AwaitConvergence.class, waited -> {
            assertThat(waited.source()).isEqualTo(Answers.TARGET);
            assertThat(waited.target()).isEqualTo(Answers.SOURCE);
        });
        run.answerUntil(r -> r.isAt(Step.ARM, Course.ROLLBACK));

        assertThat(run.unanswered.getFirst()).isInstanceOfSatisfying(ArmRollback.class, arm -> {
            assertThat(arm.target().serverId()).isEqualTo("srv_source");
            assertThat(arm.target().login()).isEqualTo(Answers.SOURCE.owner());
            assertThat(arm.passage()).isEqualTo(new Login(Answers.SOURCE.owner().user(), Answers.PASSAGE));
            assertThat(arm.epoch()).isEqualTo(Answers.FIRST_EPOCH + 1);
        });
    }

    @Test
    void aStreamBackThatIsFarBehindCostsNoAttemptAndHoldsNobody() {
        SagaRun run = SagaRun.at(Step.CATCH_UP, Course.ROLLBACK);
        StepRef step = run.unanswered.getFirst().step();
        int before = run.sent.size();
        for (int i = 0; i < 200; i++) {
            run.now = run.now.plus(Duration.ofSeconds(20));
            run.tell(new LagMeasured(step, 1_000_000, 60_000));
            run.feed(new Input.TimedOut());
        }
        assertThat(run.isAt(Step.CATCH_UP, Course.ROLLBACK)).isTrue();
        assertThat(run.commands().subList(before, run.sent.size())).doesNotContain("HoldTraffic");
        assertThat(run.migration.cutover().attempts()).isZero();

        run.finish();
        assertThat(run.migration.status()).isEqualTo(MigrationStatus.ROLLED_BACK);
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"CATCH_UP", "ADMIT", "REHEARSE"})
    void whatFailsBeforeTheHoldLeadsBackToTheWindowWithNothingChanged(Step step) {
        SagaRun run = SagaRun.at(step, Course.ROLLBACK);
        int begun = run.commands().lastIndexOf("AwaitConvergence");
        run.failOne(DEFECT);
        run.answerUntil(r -> r.isAt(Step.ROLLBACK_WINDOW, Course.FORWARD));

        List<String> commands = run.commands().subList(begun, run.sent.size());
        assertThat(commands).doesNotContain("HoldTraffic", "UnfenceSource", "ReleaseTraffic");
        assertThat(commands.contains("ClosePassage")).isEqualTo(commands.contains("OpenPassage"));
        assertThat(commands.contains("DisarmMigration")).isEqualTo(commands.contains("ArmRollback"));
        assertThat(run.migration.status()).isEqualTo(MigrationStatus.READY);
        assertThat(run.migration.home()).isEqualTo("srv_target");
        assertThat(run.migration.error()).isEqualTo(DEFECT);
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"CATCH_UP", "ADMIT", "REHEARSE", "HOLD", "HAND_OVER"})
    void aPassingFailureIsTriedAgainFromTheCatchUpOn(Step step) {
        SagaRun run = SagaRun.at(step, Course.ROLLBACK);
        int before = run.sent.size();
        run.failOne(HICCUP);
        run.finish();

        assertThat(run.commands().subList(before, run.sent.size()))
                .containsSubsequence(
                        "AwaitConvergence", "OpenPassage", "ArmRollback", "RehearseRoute", "HoldTraffic", "HandOver");
        assertThat(run.migration.status()).isEqualTo(MigrationStatus.ROLLED_BACK);
    }

    @Test
    void proxiesThatStaySilentAreAskedAgainAndThenTheRollbackIsGivenUp() {
        SagaRun run = SagaRun.at(Step.ARM, Course.ROLLBACK);
        int before = run.sent.size();
        while (!run.isAt(Step.ROLLBACK_WINDOW, Course.FORWARD)) {
            run.answerUntil(r -> r.isAt(Step.ARM, Course.ROLLBACK) || r.isAt(Step.ROLLBACK_WINDOW, Course.FORWARD));
            if (run.isAt(Step.ARM, Course.ROLLBACK)) {
                run.stayingSilent();
            }
        }

        assertThat(run.commands().subList(before, run.sent.size())).doesNotContain("HoldTraffic");
        assertThat(run.migration.error()).isNotNull().extracting(Failure::code).isEqualTo("STEP_TIMED_OUT");
    }

    @Test
    void aServerThatIsGoneIsNotWaitedForToCloseItsPassage() {
        SagaRun run = SagaRun.at(Step.HAND_OVER, Course.ROLLBACK);
        run.failOne(DEFECT);
        run.answerUntil(r -> r.place().undoing() == Undo.CLOSE_PASSAGE);
        for (int i = 0; i < 3; i++) {
            run.stayingSilent();
        }

        assertThat(run.isAt(Step.ROLLBACK_WINDOW, Course.FORWARD)).isTrue();
        assertThat(run.migration.needsOperator()).isNull();
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"CATCH_UP", "ADMIT", "ARM", "REHEARSE", "HOLD", "HAND_OVER"})
    void aRollbackThatIsCancelledLeavesTheDatabaseWhereTheMoveBroughtIt(Step step) {
        SagaRun run = SagaRun.at(step, Course.ROLLBACK);
        int published = run.commands().lastIndexOf("PublishRoute");
        assertThat(run.feed(new Input.CancelRequested()).refusal()).isNull();
        run.answerUntil(r -> r.isAt(Step.ROLLBACK_WINDOW, Course.FORWARD));

        assertThat(run.commands().lastIndexOf("PublishRoute")).isEqualTo(published);
        assertThat(run.migration.status()).isEqualTo(MigrationStatus.READY);
        assertThat(run.migration.home()).isEqualTo("srv_target");
        assertThat(run.migration.error()).isNull();
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"COMMIT", "REOPEN", "RELEASE"})
    void fromItsCommitOnARollbackCanNotBeCancelled(Step step) {
        SagaRun run = SagaRun.at(step, Course.ROLLBACK);

        assertThat(run.feed(new Input.CancelRequested()).refusal())
                .isNotNull()
                .extracting(Decision.Refusal::code)
                .isEqualTo("TOO_LATE_TO_CANCEL");
    }
}
