package io.godwit.orchestrator.saga;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.events.Command;
import io.godwit.events.Failure;
import io.godwit.events.Finding;
import io.godwit.events.MigrationStatus;
import io.godwit.events.ProvisioningCommand.ExchangeRoles;
import io.godwit.events.ProvisioningCommand.RestoreRoles;
import io.godwit.events.ProvisioningEvent.DatabasePrepared;
import io.godwit.events.ProvisioningEvent.StandbyProgressed;
import io.godwit.events.ProxyCommand.ArmRollback;
import io.godwit.events.ReplicationCommand.InspectDatabase;
import io.godwit.events.ReplicationEvent.InitialSyncProgressed;
import io.godwit.events.StepRef;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The move of a whole server, of which the target is a standby. */
class StandbyMoveTest {
    private static final Failure HICCUP = new Failure("STANDBY_NOT_PROMOTED", "too slow", Failure.Kind.TRANSIENT);
    private static final Failure DEFECT = new Failure("NOT_A_STANDBY", "it leads", Failure.Kind.CONFLICT);

    @Test
    void theRolesAreExchangedBehindTheFenceAndBeforeTheCommit() {
        SagaRun run = SagaRun.asStandby();
        run.start();
        run.finish();

        assertThat(run.commands())
                .containsExactly(
                        "PlanTarget",
                        "InspectStandby",
                        "InspectDatabase",
                        "CreateSafetyBackup",
                        "PrepareStandby",
                        "FollowAsStandby",
                        "AwaitConvergence",
                        "VerifyCopy",
                        "ArmMigration",
                        "RehearseRoute",
                        "HoldTraffic",
                        "HandOver",
                        "ExchangeRoles",
                        "PublishRoute",
                        "StopReverse",
                        "StopReplication",
                        "RetireSource");
        assertThat(run.migration.status()).isEqualTo(MigrationStatus.READY);
        assertThat(run.migration.home()).isEqualTo("srv_target");
        assertThat(run.migration.method()).isEqualTo("physical");
    }

    @Test
    void aRollbackExchangesTheRolesInTheOtherDirection() {
        SagaRun run = SagaRun.asStandby().startedTo(Step.EXCHANGE, Course.ROLLBACK);

        Command exchange = run.unanswered.getFirst();
        assertThat(exchange)
                .isEqualTo(new ExchangeRoles(
                        run.migration.ref(),
                        "srv_target",
                        "srv_source",
                        run.migration.cutover().heldUntil(run.migration.terms())));
        run.finish();

        assertThat(run.migration.status()).isEqualTo(MigrationStatus.ROLLED_BACK);
        assertThat(run.migration.home()).isEqualTo("srv_source");
    }

    @Test
    void nobodyIsLetInToTheOldServerAheadOfARollback() {
        SagaRun run = SagaRun.asStandby().startedTo(Step.ARM, Course.ROLLBACK);

        assertThat(run.commands()).doesNotContain("OpenPassage");
        assertThat(run.unanswered.getFirst())
                .isInstanceOfSatisfying(
                        ArmRollback.class, arm -> assertThat(arm.passage()).isEqualTo(Answers.SOURCE.owner()));
    }

    @Test
    void theCopyOfTheServerShowsHowFarItIsAndIsWaitedForWhileItGoesOn() {
        SagaRun run = SagaRun.asStandby().startedTo(Step.CLONE, Course.FORWARD);
        StepRef step = run.unanswered.removeFirst().step();
        for (int minute = 0; minute < 200; minute++) {
            run.now = run.now.plusSeconds(59);
            run.tell(new StandbyProgressed(step, minute / 2.0, 1000, 10));
        }

        assertThat(run.isAt(Step.CLONE, Course.FORWARD)).isTrue();
        assertThat(run.migration.learned().require(InitialSyncProgressed.class).percent())
                .isEqualTo(99.5);
        run.tell(new DatabasePrepared(step, Answers.TARGET));
        run.finish();
        assertThat(run.migration.status()).isEqualTo(MigrationStatus.READY);
    }

    @Test
    void afterAFailedExchangeTheSourceLeadsAgainBeforeItLetsAnybodyInAndTheTargetIsMadeAnew() {
        SagaRun run = SagaRun.asStandby().startedTo(Step.EXCHANGE, Course.FORWARD);
        int before = run.sent.size();
        run.failOne(HICCUP);

        assertThat(run.unanswered.getFirst())
                .isEqualTo(new RestoreRoles(run.migration.ref(), "srv_source", "srv_target"));
        run.answerUntil(r -> r.isAt(Step.EXCHANGE, Course.FORWARD));
        assertThat(run.commands().subList(before, run.sent.size()))
                .startsWith("RestoreRoles", "UnfenceSource", "ReleaseTraffic")
                .containsSubsequence(
                        "StopReplication", "DiscardTarget", "PrepareStandby", "HoldTraffic", "ExchangeRoles");
        run.finish();
        assertThat(run.migration.status()).isEqualTo(MigrationStatus.READY);
    }

    @Test
    void aCommitThatIsRefusedTakesTheExchangeBack() {
        SagaRun run = SagaRun.asStandby().startedTo(Step.COMMIT, Course.FORWARD);
        int before = run.sent.size();
        run.failOne(DEFECT);
        run.finish();

        assertThat(run.commands().subList(before, run.sent.size())).startsWith("RestoreRoles", "UnfenceSource");
        assertThat(run.migration.status()).isEqualTo(MigrationStatus.FAILED);
        assertThat(run.migration.home()).isEqualTo("srv_source");
    }

    @Test
    void aFailedExchangeOfARollbackLeadsBackToTheWindowOrIsTriedAgainWithTheSameServers() {
        SagaRun again = SagaRun.asStandby().startedTo(Step.EXCHANGE, Course.ROLLBACK);
        int before = again.sent.size();
        again.failOne(HICCUP);
        again.answerUntil(r -> r.isAt(Step.EXCHANGE, Course.ROLLBACK));
        assertThat(again.commands().subList(before, again.sent.size()))
                .startsWith("RestoreRoles", "UnfenceSource")
                .doesNotContain("PrepareStandby", "DiscardTarget");

        SagaRun given = SagaRun.asStandby().startedTo(Step.EXCHANGE, Course.ROLLBACK);
        given.failOne(DEFECT);
        given.answerUntil(r -> r.isAt(Step.ROLLBACK_WINDOW, Course.FORWARD));
        assertThat(given.migration.home()).isEqualTo("srv_target");
    }

    @Test
    void whatStandsInTheWayOfTheDatabaseAloneComesAlongWithTheServer() {
        SagaRun run = SagaRun.asStandby().startedTo(Step.INSPECT, Course.FORWARD);
        InspectDatabase inspect = (InspectDatabase) run.unanswered.removeFirst();
        Finding blocker = new Finding(
                Finding.Severity.BLOCKER, "LARGE_OBJECTS", null, "has 90000 large objects", "move them to a table");
        run.tell(Answers.inspected(inspect.step(), List.of(blocker)));
        run.finish();

        assertThat(run.migration.status()).isEqualTo(MigrationStatus.READY);
        assertThat(run.commands()).contains("ExchangeRoles");
    }
}
