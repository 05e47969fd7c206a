package io.godwit.backup.retention;

import io.godwit.backup.catalog.Backup;
import io.godwit.backup.catalog.BackupRepository;
import io.godwit.backup.catalog.BackupStatus;
import io.godwit.backup.catalog.RestoreRunRepository;
import io.godwit.backup.catalog.RunStatus;
import io.godwit.backup.failure.OperationFailedException;
import io.godwit.backup.store.ArchiveStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Removes backups whose time is over. A backup is marked first, so that nobody begins to restore it, and its objects are
 * removed after that, again and again until they are gone.
 */
@Component
class Retention {
    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

    private final BackupRepository backups;
    private final RestoreRunRepository runs;
    private final ArchiveStore store;
    private final RetentionProperties properties;
    private final TransactionTemplate transaction;
    private final InstantSource clock;

    Retention(
            BackupRepository backups,
            RestoreRunRepository runs,
            ArchiveStore store,
            RetentionProperties properties,
            TransactionTemplate transaction,
            InstantSource clock) {
        this.backups = backups;
        this.runs = runs;
        this.store = store;
        this.properties = properties;
        this.transaction = transaction;
        this.clock = clock;
    }

    @Scheduled(
            initialDelayString = "${godwit.backup.retention.every:PT30M}",
            fixedDelayString = "${godwit.backup.retention.every:PT30M}")
    void apply() {
        Instant now = clock.instant();
        List<Backup> candidates =
                backups.findByStatusInOrderByCreatedAtDesc(List.of(BackupStatus.COMPLETED, BackupStatus.FAILED));
        new RetentionPolicy(properties).expired(candidates, now).forEach(backup -> mark(backup.id(), now));
        try {
            backups.findByStatusAndObjectsRemovedAtIsNull(BackupStatus.DELETED).forEach(this::removeObjects);
            int aborted = store.abortUploadsBegunBefore(now.minus(properties.orphanedUploads()));
            if (aborted > 0) {
                LOG.atInfo()
                        .setMessage("Orphaned uploads aborted")
                        .addKeyValue("uploads", aborted)
                        .log();
            }
        } catch (OperationFailedException e) {
            LOG.atWarn()
                    .setMessage("Retention could not clear the store; it is tried again")
                    .addKeyValue("code", e.failure().code())
                    .addKeyValue("reason", e.getMessage())
                    .log();
        }
    }

    private void mark(String id, Instant now) {
        transaction.executeWithoutResult(status -> backups.findAndLock(id)
                .filter(backup -> backup.status() != BackupStatus.DELETED)
                .filter(backup -> !runs.existsByBackupIdAndStatus(id, RunStatus.RUNNING))
                .ifPresent(backup -> backup.delete(now)));
    }

    private void removeObjects(Backup backup) {
        store.removeFolder(ArchiveStore.folder(backup.databaseId(), backup.id()));
        transaction.executeWithoutResult(
                status -> backups.findById(backup.id()).ifPresent(removed -> removed.objectsRemoved(clock.instant())));
        LOG.atInfo()
                .setMessage("Backup removed")
                .addKeyValue("database", backup.databaseId())
                .addKeyValue("backup", backup.id())
                .log();
    }
}
