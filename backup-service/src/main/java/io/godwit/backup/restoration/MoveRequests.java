package io.godwit.backup.restoration;

import io.godwit.backup.catalog.Backup;
import io.godwit.backup.catalog.BackupRepository;
import io.godwit.backup.catalog.BackupStatus;
import io.godwit.backup.catalog.RestoreRun;
import io.godwit.backup.catalog.RestoreRunRepository;
import io.godwit.backup.catalog.RunStatus;
import io.godwit.backup.work.WorkQueue;
import io.godwit.events.BackupCommand.DiscardRestore;
import io.godwit.events.BackupCommand.InspectRestore;
import io.godwit.events.BackupCommand.RestoreBackup;
import io.godwit.events.BackupEvent.RestoreFailed;
import io.godwit.events.Failure;
import io.godwit.events.StepRef;
import io.godwit.messaging.AfterCommit;
import java.time.InstantSource;
import java.util.Optional;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Accepts what migrations ask that move by backup and restore. Servers are asked after the transaction. */
@Component
public class MoveRequests {
    private final BackupRepository backups;
    private final RestoreRunRepository runs;
    private final MoveRuns moves;
    private final MoveRestoration restoration;
    private final MoveQuestions questions;
    private final MoveAnswers answers;
    private final WorkQueue queue;
    private final InstantSource clock;

    MoveRequests(
            BackupRepository backups,
            RestoreRunRepository runs,
            MoveRuns moves,
            MoveRestoration restoration,
            MoveQuestions questions,
            MoveAnswers answers,
            WorkQueue queue,
            InstantSource clock) {
        this.backups = backups;
        this.runs = runs;
        this.moves = moves;
        this.restoration = restoration;
        this.questions = questions;
        this.answers = answers;
        this.queue = queue;
        this.clock = clock;
    }

    /** A question that gets lost is asked again. */
    public void accept(InspectRestore command) {
        AfterCommit.run(() -> questions.inspect(command));
    }

    /**
     * One restore for each attempt of a migration; it takes the place of all earlier ones, when it begins. A repeated
     * command is answered again, and until there is an answer with how far the restore is, also while it waits for its
     * turn.
     */
    @Transactional
    public void accept(RestoreBackup command) {
        StepRef step = command.step();
        Optional<RestoreRun> known = runs.findByMigrationIdAndAttempt(step.migrationId(), step.attempt());
        if (known.isPresent()) {
            if (known.get().status() == RunStatus.RUNNING) {
                moves.goesOn(known.get());
            } else {
                answers.answer(known.get());
            }
            return;
        }
        if (runs.existsByMigrationIdAndAttemptGreaterThan(step.migrationId(), step.attempt())) {
            return;
        }
        Optional<Backup> backup =
                backups.findAndLock(command.backupId()).filter(found -> found.status() == BackupStatus.COMPLETED);
        if (backup.isEmpty()) {
            Failure unusable = new Failure(
                    "BACKUP_NOT_USABLE",
                    "backup " + command.backupId() + " is not there, or not complete; expected a completed one",
                    Failure.Kind.CONFLICT);
            answers.send(step, new RestoreFailed(step, command.getClass().getSimpleName(), unusable));
            return;
        }
        RestoreRun run =
                runs.saveAndFlush(RestoreRun.move(step, command.backupId(), command.target(), clock.instant()));
        queue.startAfterCommit(restoration, run.id());
    }

    /**
     * Asked again until it is answered, so nothing is written down. What a run is just doing is waited for, and no other
     * command is to wait with this one.
     */
    public void accept(DiscardRestore command) {
        AfterCommit.run(() -> questions.discard(command));
    }
}
