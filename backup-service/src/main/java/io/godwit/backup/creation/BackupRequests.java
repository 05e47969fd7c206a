package io.godwit.backup.creation;

import io.godwit.backup.catalog.Backup;
import io.godwit.backup.catalog.BackupRepository;
import io.godwit.backup.work.WorkQueue;
import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.events.BackupCommand.CreateSafetyBackup;
import io.godwit.events.StepRef;
import java.time.InstantSource;
import java.util.Optional;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Accepts backups; a row is accepted work. */
@Component
public class BackupRequests {
    private final BackupRepository backups;
    private final BackupCreation creation;
    private final BackupAnswers answers;
    private final WorkQueue queue;
    private final InstantSource clock;

    BackupRequests(
            BackupRepository backups,
            BackupCreation creation,
            BackupAnswers answers,
            WorkQueue queue,
            InstantSource clock) {
        this.backups = backups;
        this.creation = creation;
        this.answers = answers;
        this.queue = queue;
        this.clock = clock;
    }

    @Transactional
    public Backup accept(DatabaseId database, PlacedDatabase source) {
        return accept(Backup.requested(database, source, clock.instant()));
    }

    /**
     * One backup for each attempt of a migration: a repeated command is answered again, and until there is an answer
     * with how far the backup is, also while it waits for its turn.
     */
    @Transactional
    public void accept(CreateSafetyBackup command) {
        StepRef step = command.step();
        Optional<Backup> known = backups.findByMigrationIdAndAttempt(step.migrationId(), step.attempt());
        if (known.isEmpty()) {
            accept(Backup.safety(step, command.source(), clock.instant()));
        } else if (known.get().isFinished()) {
            answers.answer(known.get());
        } else {
            answers.progress(known.get());
        }
    }

    private Backup accept(Backup backup) {
        Backup saved = backups.saveAndFlush(backup);
        queue.startAfterCommit(creation, saved.id());
        return saved;
    }
}
