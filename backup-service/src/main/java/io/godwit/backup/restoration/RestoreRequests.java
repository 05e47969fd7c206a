package io.godwit.backup.restoration;

import io.godwit.backup.catalog.Backup;
import io.godwit.backup.catalog.BackupRepository;
import io.godwit.backup.catalog.BackupStatus;
import io.godwit.backup.catalog.RestoreRun;
import io.godwit.backup.catalog.RestoreRunRepository;
import io.godwit.backup.catalog.RunKind;
import io.godwit.backup.catalog.RunStatus;
import io.godwit.backup.engine.BackupEngines;
import io.godwit.backup.failure.OperationFailedException;
import io.godwit.backup.placement.Placement;
import io.godwit.backup.placement.Placements;
import io.godwit.backup.work.WorkQueue;
import io.godwit.engines.DatabaseId;
import io.godwit.events.Failure;
import java.time.InstantSource;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Accepts verifications and restores. Servers are asked before the transaction, never within it. */
@Component
public class RestoreRequests {
    private final BackupRepository backups;
    private final RestoreRunRepository runs;
    private final BackupEngines engines;
    private final Placements placements;
    private final Verification verification;
    private final Restoration restoration;
    private final WorkQueue queue;
    private final TransactionTemplate transaction;
    private final InstantSource clock;

    RestoreRequests(
            BackupRepository backups,
            RestoreRunRepository runs,
            BackupEngines engines,
            Placements placements,
            Verification verification,
            Restoration restoration,
            WorkQueue queue,
            TransactionTemplate transaction,
            InstantSource clock) {
        this.backups = backups;
        this.runs = runs;
        this.engines = engines;
        this.placements = placements;
        this.verification = verification;
        this.restoration = restoration;
        this.queue = queue;
        this.transaction = transaction;
        this.clock = clock;
    }

    /**
     * Beside the database's present home. A verification that runs already is the answer.
     *
     * @throws OperationFailedException if the verification can't be begun
     */
    public RestoreRun verify(Backup backup) {
        SameEngine.require(backup, placements.of(backup.databaseId()).placement());
        return transaction.execute(status -> {
            requireUsable(backup.id());
            return runs.findFirstByBackupIdAndKindOrderByCreatedAtDesc(backup.id(), RunKind.VERIFY)
                    .filter(run -> run.status() == RunStatus.RUNNING)
                    .orElseGet(() -> begin(
                            verification,
                            new RestoreRun(RunKind.VERIFY, backup.id(), backup.databaseId(), clock.instant())));
        });
    }

    /**
     * @param replace whether what the database holds may be replaced
     * @throws OperationFailedException if the restore can't be begun
     */
    public RestoreRun restore(Backup backup, DatabaseId into, boolean replace) {
        Placement target = placements.of(into);
        SameEngine.require(backup, target.placement());
        target.requireAtRest();
        if (!engines.of(backup.engine()).isEmptyAndReplaceable(target.placement()) && !replace) {
            throw Restoration.notEmpty("database " + into + " is not empty");
        }
        try {
            return transaction.execute(status -> {
                requireUsable(backup.id());
                return begin(restoration, RestoreRun.restore(backup.id(), into, replace, clock.instant()));
            });
        } catch (DataIntegrityViolationException e) {
            throw new OperationFailedException(
                    "DATABASE_BUSY", "a restore into " + into + " runs already", Failure.Kind.CONFLICT, e);
        }
    }

    private RestoreRun begin(RestoreWork work, RestoreRun run) {
        RestoreRun saved = runs.saveAndFlush(run);
        queue.startAfterCommit(work, saved.id());
        return saved;
    }

    /** Under the row's lock, so that retention does not remove it in the same moment. */
    private void requireUsable(String id) {
        Backup backup = backups.findAndLock(id).orElseThrow();
        if (backup.status() != BackupStatus.COMPLETED) {
            throw new OperationFailedException(
                    "BACKUP_NOT_USABLE",
                    "backup " + id + " has the status " + backup.status().id() + "; expected completed",
                    Failure.Kind.CONFLICT);
        }
    }
}
