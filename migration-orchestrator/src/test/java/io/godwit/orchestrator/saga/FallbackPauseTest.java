package io.godwit.orchestrator.saga;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.events.BackupCommand.CreateSafetyBackup;
import io.godwit.events.BackupCommand.RestoreBackup;
import io.godwit.events.BackupEvent.BackupProgressed;
import io.godwit.events.Command;
import io.godwit.events.Failure;
import io.godwit.events.Failure.Kind;
import io.godwit.events.MigrationStatus;
import io.godwit.events.ProxyCommand.HoldTraffic;
import io.godwit.events.ProxyCommand.OnDrainTimeout;
import io.godwit.events.ProxyEvent.HoldExpired;
import io.godwit.events.ReplicationEvent.SourceFenced;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that are held for long while their database moves by backup and restore. */
class FallbackPauseTest {
    private static final Failure DEFECT = new Failure("CONTENT_MISMATCH", "table x differs", Kind.INTERNAL);
    private static final Failure HICCUP = new Failure("STORE_UNREACHABLE", "connection lost", Kind.TRANSIENT);
    private static final List<String> UNDONE =
            List.of("UnfenceSource", "ReleaseTraffic", "DiscardRestore", "StopReplication", "DiscardTarget");

    @Test
    void theHoldIsRenewedInTimeUnderANewNumberAndWhatIsAskedAgainIsTheSame() {
        SagaRun run = at(Step.FRESH_BACKUP);
        Command asked = run.unanswered.getLast();
        for (int i = 0; i < 24; i++) {
            run.stayingSilent();
        }
        List<HoldTraffic> holds = holds(run);

        assertThat(holds)
                .hasSize(26)
                .extracting(hold -> hold.step().attempt())
                .doesNotHaveDuplicates()
                .isSorted();
        assertThat(holds.subList(1, holds.size())).allSatisfy(hold -> {
            assertThat(hold.leaseMillis()).isEqualTo(15_000);
            assertThat(hold.onDrainTimeout()).isEqualTo(OnDrainTimeout.ABORT);
        });
        assertThat(Duration.between(SagaRun.START, run.now)).isEqualTo(Duration.ofMinutes(2));
        assertThat(run.sent.stream().filter(asked::equals)).hasSize(5);
        run.tell(Answers.good(asked, List.of()).getFirst());
        run.finish();
        assertThat(run.migration.status()).isEqualTo(MigrationStatus.READY);
    }

    @Test
    void progressKeepsTheStepAliveAndDoesNotPutOffTheRenewal() {
        SagaRun run = at(Step.FRESH_BACKUP);
        var step = run.unanswered.getLast().step();
        int before = holds(run).size();
        for (int second = 1; second <= 800; second++) {
            run.now = run.now.plusSeconds(1);
            run.tell(new BackupProgressed(step, "bkp_x", second));
            run.feed(new Input.TimedOut());
        }

        assertThat(holds(run).size() - before).isEqualTo(160);
        assertThat(run.isAt(Step.FRESH_BACKUP, Course.FALLBACK)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"FRESH_BACKUP", "RESTORE", "CONFIRM_RESTORE"})
    void whatIsNeverAnsweredIsGivenUpAndUndone(Step step) {
        SagaRun run = at(step);
        for (int i = 0; i < 200 && run.isAt(step, Course.FALLBACK); i++) {
            run.stayingSilent();
        }

        assertThat(Duration.between(SagaRun.START, run.now)).isEqualTo(Duration.ofMinutes(10));
        assertThat(run.place().activity()).isEqualTo(Activity.UNDOING);
    }

    @Test
    void theWholePauseIsBounded() {
        SagaRun run = at(Step.RESTORE);
        run.now = run.now.plus(Duration.ofMinutes(14));
        run.timeOut();
        assertThat(run.isAt(Step.RESTORE, Course.FALLBACK)).isTrue();
        run.now = run.now.plus(Duration.ofMinutes(1));
        run.unanswered.clear();
        run.timeOut();
        run.finish();

        assertThat(run.migration.status()).isEqualTo(MigrationStatus.FAILED);
        assertThat(run.migration.error()).isNotNull().extracting(Failure::code).isEqualTo("PAUSE_BUDGET_EXCEEDED");
        assertThat(run.commands()).endsWith(UNDONE.toArray(String[]::new));
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"FENCE", "FRESH_BACKUP", "RESTORE", "CONFIRM_RESTORE", "COMMIT"})
    void aLastingFailureUndoesEverythingAndTheTenantStaysOnTheSource(Step step) {
        SagaRun run = at(step);
        run.failOne(DEFECT);
        run.finish();

        assertThat(run.migration.status()).isEqualTo(MigrationStatus.FAILED);
        assertThat(run.migration.error()).isEqualTo(DEFECT);
        assertThat(run.migration.home()).isEqualTo("srv_source");
        assertThat(run.commands()).containsSubsequence("UnfenceSource", "ReleaseTraffic", "StopReplication");
        assertThat(run.commands()).endsWith("DiscardTarget");
        assertThat(run.commands().contains("DiscardRestore"))
                .isEqualTo(run.commands().contains("RestoreBackup"));
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"PREPARE_RESTORE", "HOLD", "FENCE", "FRESH_BACKUP", "RESTORE", "CONFIRM_RESTORE", "COMMIT"})
    void aPassingFailureIsTriedAgainWithANewBackup(Step step) {
        SagaRun run = at(step);
        run.failOne(HICCUP);
        run.finish();

        assertThat(run.migration.status()).isEqualTo(MigrationStatus.READY);
        List<String> restored = run.sent.stream()
                .filter(RestoreBackup.class::isInstance)
                .map(command -> ((RestoreBackup) command).backupId())
                .toList();
        assertThat(restored).doesNotHaveDuplicates();
        assertThat(run.commands().lastIndexOf("CreateSafetyBackup"))
                .isGreaterThan(run.commands().lastIndexOf("FenceSource"));
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"FRESH_BACKUP", "RESTORE", "CONFIRM_RESTORE"})
    void clientsAreNotHeldAgainAndAgain(Step step) {
        SagaRun run = at(step);
        int failures = 0;
        while (!run.migration.isFinished()) {
            run.answerUntil(
                    r -> (r.isAt(step, Course.FALLBACK) && !r.unanswered.isEmpty()) || r.migration.isFinished());
            if (!run.migration.isFinished()) {
                while (run.unanswered.getFirst() instanceof HoldTraffic) {
                    run.answerOne();
                }
                failures++;
                run.failOne(HICCUP);
            }
        }

        assertThat(failures).isEqualTo(3);
        assertThat(run.migration.error()).isEqualTo(HICCUP);
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {
                "SAFETY_BACKUP",
                "PROVISION",
                "PREPARE_RESTORE",
                "HOLD",
                "FENCE",
                "FRESH_BACKUP",
                "RESTORE",
                "CONFIRM_RESTORE"
            })
    void itCanBeCancelledUntilTheCommit(Step step) {
        SagaRun run = at(step);
        assertThat(run.feed(new Input.CancelRequested()).refusal()).isNull();
        run.unanswered.clear();
        run.feed(new Input.Resumed());
        run.finish();

        assertThat(run.migration.status()).isEqualTo(MigrationStatus.CANCELLED);
        assertThat(run.migration.home()).isEqualTo("srv_source");
        assertThat(run.commands().contains("UnfenceSource"))
                .isEqualTo(run.commands().contains("FenceSource"));
        assertThat(run.commands().contains("DiscardTarget"))
                .isEqualTo(run.commands().contains("PrepareTarget"));
    }

    @Test
    void fromTheCommitOnItIsTooLateToCancelAndThereIsNoWayBack() {
        SagaRun run = at(Step.COMMIT);
        assertThat(run.feed(new Input.CancelRequested()).refusal())
                .isNotNull()
                .extracting(Decision.Refusal::code)
                .isEqualTo("TOO_LATE_TO_CANCEL");
        run.answerUntil(r -> r.isAt(Step.ROLLBACK_WINDOW, Course.FALLBACK));

        assertThat(run.feed(new Input.RollbackRequested()).refusal())
                .isNotNull()
                .extracting(Decision.Refusal::code)
                .isEqualTo("NO_WAY_BACK");
        assertThat(run.commands()).doesNotContain("RetireSource", "UnfenceSource");
        assertThat(run.feed(new Input.CompleteRequested()).refusal()).isNull();
        run.finish();
        assertThat(run.commands()).endsWith("StopReplication", "RetireSource").doesNotContain("StopReverse");
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"FRESH_BACKUP", "RESTORE", "CONFIRM_RESTORE", "COMMIT"})
    void afterARestartClientsAreHeldOnAndWhatWasAskedIsAskedAgain(Step step) {
        SagaRun run = at(step);
        Command asked = run.unanswered.getLast();
        int before = run.sent.size();
        run.feed(new Input.Resumed());

        assertThat(run.sent.subList(before, run.sent.size()))
                .anySatisfy(command -> assertThat(command).isInstanceOf(asked.getClass()));
        if (step != Step.COMMIT) {
            assertThat(run.sent.subList(before, run.sent.size()))
                    .contains(asked)
                    .hasSize(2);
            assertThat(run.sent.get(before)).isInstanceOf(HoldTraffic.class);
        }
        run.finish();
        assertThat(run.migration.status()).isEqualTo(MigrationStatus.READY);
    }

    @Test
    void aLeaseThatRunsOutBeforeTheFenceUndoesTheAttemptAndAfterItDoesNot() {
        SagaRun before = at(Step.FENCE);
        before.tell(new HoldExpired(before.unanswered.getLast().step(), "proxy-a", 7));
        assertThat(before.place().undoing()).isEqualTo(Undo.UNFENCE);

        SagaRun after = at(Step.FRESH_BACKUP);
        after.tell(new HoldExpired(holds(after).getLast().step(), "proxy-a", 7));
        assertThat(after.isAt(Step.FRESH_BACKUP, Course.FALLBACK)).isTrue();
    }

    @Test
    void aBackupThatWasAskedForBeforeTheFenceIsNotTakenForOneAfterIt() {
        SagaRun run = at(Step.FENCE);
        var earlier = run.sent.stream()
                .filter(CreateSafetyBackup.class::isInstance)
                .toList()
                .getFirst();
        var fence = run.unanswered.getLast().step();
        run.tell(new SourceFenced(fence, "0/1"));
        Answers.good(earlier, List.of()).forEach(run::tell);

        assertThat(run.isAt(Step.FRESH_BACKUP, Course.FALLBACK)).isTrue();
    }

    private static List<HoldTraffic> holds(SagaRun run) {
        return run.sent.stream()
                .filter(HoldTraffic.class::isInstance)
                .map(HoldTraffic.class::cast)
                .toList();
    }

    /** The step's command is out and unanswered, and nothing else is. */
    private static SagaRun at(Step step) {
        SagaRun run = FallbackTest.blocked(SagaRun.withFallback());
        run.answerUntil(r -> r.isAt(step, Course.FALLBACK));
        while (run.unanswered.size() > 1) {
            run.answerOne();
        }
        return run;
    }
}
