package io.godwit.orchestrator.saga;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.events.Failure;
import io.godwit.events.MigrationStatus;
import io.godwit.events.ProvisioningCommand.PublishRoute;
import io.godwit.events.ProvisioningEvent.RoutePublished;
import io.godwit.events.ProvisioningEvent.RouteRefused;
import io.godwit.events.ProxyEvent.HoldExpired;
import io.godwit.events.ReplicationEvent.LagMeasured;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StepTimeoutTest {
    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"PLAN", "INSPECT", "SAFETY_BACKUP", "PROVISION", "COPY", "CATCH_UP", "VERIFY", "ARM"})
    void aStepThatIsNeverAnsweredIsAskedAgainAndThenFails(Step step) {
        SagaRun run = SagaRun.at(step);
        String command = run.commands().getLast();
        run.stayingSilent();
        assertThat(run.commands()).endsWith(command, command);

        for (int i = 0; i < 5000 && !run.migration.isFinished(); i++) {
            if (run.isAt(step, Course.FORWARD)) {
                run.stayingSilent();
            } else if (run.unanswered.isEmpty()) {
                run.timeOut();
            } else {
                run.answerOne();
            }
        }
        assertThat(run.migration.status()).isEqualTo(MigrationStatus.FAILED);
        assertThat(run.migration.error()).isNotNull().extracting(Failure::code).isEqualTo("STEP_TIMED_OUT");
        assertThat(run.migration.syncAttempts()).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"HOLD", "HAND_OVER"})
    void aPauseThatRunsOutIsUndoneAndTriedAgain(Step step) {
        SagaRun run = SagaRun.at(step);
        run.stayingSilent();
        assertThat(run.place().activity()).isEqualTo(Activity.UNDOING);
        assertThat(Duration.between(SagaRun.START, run.now)).isEqualTo(Duration.ofSeconds(2));

        run.finish();
        assertThat(run.migration.status()).isEqualTo(MigrationStatus.READY);
        assertThat(run.migration.cutover().attempts()).isEqualTo(2);
    }

    @Test
    void theOutcomeOfTheCommitIsNeverAssumed() {
        SagaRun run = SagaRun.at(Step.COMMIT);
        PublishRoute first = (PublishRoute) run.unanswered.getFirst();
        for (int i = 0; i < 200; i++) {
            run.stayingSilent();
        }
        assertThat(run.place().step()).isEqualTo(Step.COMMIT);
        assertThat(run.commands()).doesNotContain("UnfenceSource", "ReleaseTraffic");
        assertThat(run.migration.needsOperator()).isNotNull();

        run.tell(new RoutePublished(first.step(), 8, "srv_target"));
        assertThat(run.place().step()).isEqualTo(Step.RELEASE);
        assertThat(run.migration.home()).isEqualTo("srv_target");
    }

    @Test
    void aRefusalCountsOnlyIfNoLaterQuestionIsOut() {
        SagaRun run = SagaRun.at(Step.COMMIT);
        PublishRoute first = (PublishRoute) run.unanswered.getFirst();
        Failure refused = new Failure("EPOCH_CHANGED", "epoch is 9; expected 7", Failure.Kind.CONFLICT);
        run.stayingSilent();
        PublishRoute second = (PublishRoute) run.unanswered.getFirst();
        assertThat(second.step().attempt()).isGreaterThan(first.step().attempt());

        run.tell(new RouteRefused(first.step(), refused));
        assertThat(run.place().step()).isEqualTo(Step.COMMIT);
        assertThat(run.place().activity()).isEqualTo(Activity.RUNNING);
        run.tell(new RouteRefused(second.step(), refused));
        assertThat(run.place().activity()).isEqualTo(Activity.UNDOING);
        run.finish();
        assertThat(run.migration.error()).isEqualTo(refused);
    }

    @Test
    void aReleaseThatAProxyNeverConfirmsIsCoveredByTheFence() {
        SagaRun run = SagaRun.at(Step.COMMIT);
        PublishRoute commit = (PublishRoute) run.unanswered.removeFirst();
        run.tell(new RoutePublished(commit.step(), 8, "srv_target"));
        assertThat(run.place().awaited()).containsExactlyInAnyOrder("proxy-a", "proxy-b");
        run.timeOut();

        assertThat(run.place().step()).isEqualTo(Step.ROLLBACK_WINDOW);
        assertThat(run.migration.status()).isEqualTo(MigrationStatus.READY);
    }

    @Test
    void aProxyThatDiesDuringTheHoldIsNoLongerWaitedFor() {
        SagaRun run = SagaRun.at(Step.HOLD);
        var hold = run.unanswered.removeFirst();
        Answers.good(hold, Set.of("proxy-a")).forEach(run::tell);
        assertThat(run.place().step()).isEqualTo(Step.HOLD);
        run.proxies.remove("proxy-b");
        run.feed(new Input.ProxyGone("proxy-b"));

        assertThat(run.place().step()).isEqualTo(Step.HAND_OVER);
    }

    @Test
    void aHoldThatAProxyEndedByItselfIsGivenUp() {
        SagaRun run = SagaRun.at(Step.HAND_OVER);
        run.tell(new HoldExpired(run.unanswered.getFirst().step(), "proxy-a", 7));
        assertThat(run.place().activity()).isEqualTo(Activity.UNDOING);
        run.finish();
        assertThat(run.migration.cutover().attempts()).isEqualTo(2);
    }

    @Test
    void aLagThatNeverConvergesFailsTheMove() {
        SagaRun run = SagaRun.at(Step.CATCH_UP);
        var step = run.unanswered.removeFirst().step();
        while (run.isAt(Step.CATCH_UP, Course.FORWARD)) {
            run.now = run.now.plusSeconds(10);
            run.tell(new LagMeasured(step, 1_000_000, 9000));
        }
        run.finish();

        assertThat(run.migration.status()).isEqualTo(MigrationStatus.FAILED);
        assertThat(run.migration.error()).isNotNull().extracting(Failure::code).isEqualTo("STEP_TOO_LONG");
        assertThat(Duration.between(SagaRun.START, run.now)).isGreaterThan(Duration.ofHours(6));
    }

    @Test
    void afterARestartWhatWasAskedIsAskedAgainButNobodyIsHeldAnew() {
        for (StepDefinition row : MigrationSaga.FORWARD) {
            if (row.condition() == StepDefinition.Condition.MAY_FALL_BACK
                    || row.condition() == StepDefinition.Condition.DRY_RUN
                    || row.condition() == StepDefinition.Condition.TO_DEDICATED
                    || row.condition() == StepDefinition.Condition.AS_STANDBY) {
                continue;
            }
            Step step = row.step();
            SagaRun run = SagaRun.at(step);
            int before = run.sent.size();
            run.feed(new Input.Resumed());
            boolean paused = EnumSet.of(Step.HOLD, Step.HAND_OVER, Step.RELEASE, Step.ROLLBACK_WINDOW)
                    .contains(step);
            assertThat(run.sent.size() - before).as(step.name()).isEqualTo(paused ? 0 : 1);
            run.finish();
            assertThat(run.migration.status()).isEqualTo(MigrationStatus.READY);
        }
    }

    @Test
    void aTimerThatFiresEarlyDoesNothing() {
        SagaRun run = SagaRun.at(Step.COPY);
        Migration before = run.migration;
        run.feed(new Input.TimedOut());

        assertThat(run.migration).isEqualTo(before);
    }
}
