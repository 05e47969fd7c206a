package io.godwit.backup.creation;

import io.godwit.backup.catalog.Backup;
import io.godwit.backup.catalog.BackupReason;
import io.godwit.backup.catalog.BackupRepository;
import io.godwit.backup.catalog.BackupStatus;
import io.godwit.backup.store.Manifest;
import io.godwit.events.Failure;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Records how the runs of backups go, each step together with what is told about it. */
@Component
class BackupRuns {
    private final BackupRepository backups;
    private final BackupAnswers answers;
    private final InstantSource clock;

    BackupRuns(BackupRepository backups, BackupAnswers answers, InstantSource clock) {
        this.backups = backups;
        this.answers = answers;
        this.clock = clock;
    }

    /** A run of a backup; the number tells it from earlier runs of the same backup. */
    record Run(Backup backup, int number) {}

    List<String> unfinished() {
        return backups.findIds(List.of(BackupStatus.PENDING, BackupStatus.RUNNING));
    }

    /** Whether a migration waits for the backup. */
    boolean isOfMove(String id) {
        return backups.existsByIdAndReason(id, BackupReason.SAFETY);
    }

    /** Empty if the backup is finished. */
    @Transactional
    Optional<Run> begin(String id) {
        return backups.findAndLock(id)
                .filter(backup -> !backup.isFinished())
                .map(backup -> new Run(backup, backup.start(clock.instant())));
    }

    /** Whether the run is under way still, and no later one of the same backup has begun elsewhere. */
    @Transactional
    boolean isCurrent(Run run) {
        return current(run).isPresent();
    }

    @Transactional
    void progress(Run run, long bytes) {
        ifCurrent(run, backup -> {
            backup.progress(bytes);
            answers.progress(backup);
        });
    }

    @Transactional
    void complete(Run run, Manifest manifest, long databaseBytes) {
        ifCurrent(run, backup -> {
            backup.measured(databaseBytes);
            backup.complete(
                    manifest.bytes(),
                    manifest.sha256(),
                    manifest.engineVersion(),
                    manifest.tables().size(),
                    manifest.rows(),
                    clock.instant());
            answers.answer(backup);
        });
    }

    @Transactional
    void fail(Run run, Failure failure) {
        ifCurrent(run, backup -> {
            backup.fail(failure, clock.instant());
            answers.answer(backup);
        });
    }

    private void ifCurrent(Run run, Consumer<Backup> change) {
        current(run).ifPresent(change);
    }

    private Optional<Backup> current(Run run) {
        return backups.findAndLock(run.backup().id()).filter(backup -> backup.isRun(run.number()));
    }
}
