package io.godwit.orchestrator.saga;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.events.Command;
import io.godwit.events.Failure;
import io.godwit.events.MigrationStatus;
import io.godwit.events.ProvisioningEvent.RehearsalRefused;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Nobody is held for a commit that nobody would do. */
class RehearsalTest {
    private static final Failure REFUSED =
            new Failure("TARGET_NOT_PREPARED", "acme/orders is not prepared on srv_target", Failure.Kind.CONFLICT);

    @Test
    void whileProvisioningIsSilentClientsAreNotHeldAndTheMoveGoesOnWhenItIsBack() {
        SagaRun run = SagaRun.at(Step.REHEARSE);
        for (int silences = 0; silences < 20; silences++) {
            while (!run.isAt(Step.REHEARSE, Course.FORWARD)) {
                run.answerUntil(r -> r.isAt(Step.REHEARSE, Course.FORWARD));
            }
            run.stayingSilent();
        }
        assertThat(run.commands()).doesNotContain("HoldTraffic");
        assertThat(run.commands()).containsSubsequence("RehearseRoute", "DisarmMigration", "AwaitConvergence");
        assertThat(run.migration.cutover().attempts()).isZero();

        run.finish();
        assertThat(run.migration.status()).isEqualTo(MigrationStatus.READY);
        assertThat(run.migration.home()).isEqualTo("srv_target");
    }

    @Test
    void provisioningThatStaysAwayEndsTheMoveBeforeAnybodyIsHeld() {
        SagaRun run = SagaRun.at(Step.REHEARSE);
        while (!run.migration.isFinished()) {
            run.answerUntil(r -> r.isAt(Step.REHEARSE, Course.FORWARD) || r.migration.isFinished());
            if (!run.migration.isFinished()) {
                run.stayingSilent();
            }
        }

        assertThat(run.migration.error()).isNotNull().extracting(Failure::code).isEqualTo("STEP_TIMED_OUT");
        assertThat(run.commands()).doesNotContain("HoldTraffic").endsWith("StopReplication", "DiscardTarget");
    }

    @Test
    void theAnswerToAnEarlierAskingDoesNotTellThatProvisioningIsThereNow() {
        SagaRun run = SagaRun.at(Step.REHEARSE);
        Command earlier = run.unanswered.getFirst();
        run.stayingSilent();

        run.tell(Answers.good(earlier, Set.of()).getFirst());
        run.tell(Objects.requireNonNull(Answers.bad(earlier, REFUSED)));
        assertThat(run.isAt(Step.REHEARSE, Course.FORWARD)).isTrue();
        assertThat(run.commands()).doesNotContain("HoldTraffic").endsWith("RehearseRoute", "RehearseRoute");

        run.finish();
        assertThat(run.migration.status()).isEqualTo(MigrationStatus.READY);
    }

    @Test
    void aCommitThatWouldBeRefusedIsNotTried() {
        SagaRun run = SagaRun.at(Step.REHEARSE);
        run.failOne(REFUSED);
        run.finish();

        assertThat(run.migration.error()).isEqualTo(REFUSED);
        assertThat(run.commands()).doesNotContain("HoldTraffic", "PublishRoute");
    }

    @Test
    void aRollbackThatWouldBeRefusedLeavesTheWindowOpenAndHoldsNobody() {
        SagaRun run = SagaRun.at(Step.REHEARSE, Course.ROLLBACK);
        int before = run.sent.size();
        run.failOne(REFUSED);
        run.answerUntil(r -> r.isAt(Step.ROLLBACK_WINDOW, Course.FORWARD));

        assertThat(run.migration.error()).isEqualTo(REFUSED);
        assertThat(run.migration.status()).isEqualTo(MigrationStatus.READY);
        assertThat(run.commands().subList(before, run.sent.size())).doesNotContain("HoldTraffic");
    }

    @Test
    void aRollbackHasAttemptsOfItsOwn() {
        SagaRun run = SagaRun.at(Step.COPY);
        run.failOne(new Failure("COPY_INTERRUPTED", "connection lost", Failure.Kind.TRANSIENT));
        run.answerUntil(r -> r.isAt(Step.ROLLBACK_WINDOW, Course.FORWARD));
        run.feed(new Input.RollbackRequested());

        assertThat(run.migration.syncAttempts()).isEqualTo(1);
    }

    @Test
    void aRehearsalThatIsRefusedLateSaysNothingOfTheCommit() {
        SagaRun run = SagaRun.at(Step.COMMIT);
        run.tell(new RehearsalRefused(run.unanswered.getFirst().step(), REFUSED));

        assertThat(run.isAt(Step.COMMIT, Course.FORWARD)).isTrue();
    }

    @Test
    void theMoveByBackupAndRestoreRehearsesBeforeItHoldsClientsForLong() {
        List<Step> steps =
                MigrationSaga.FALLBACK.stream().map(StepDefinition::step).toList();

        assertThat(steps).containsSubsequence(Step.PREPARE_RESTORE, Step.REHEARSE, Step.HOLD);
        assertThat(steps.indexOf(Step.HOLD)).isEqualTo(steps.indexOf(Step.REHEARSE) + 1);
    }
}
