package io.godwit.backup.retention;

import io.godwit.backup.catalog.Backup;
import io.godwit.backup.catalog.BackupRepository;
import io.godwit.backup.catalog.BackupStatus;
import io.godwit.backup.catalog.RestoreRunRepository;
import io.godwit.backup.catalog.RunStatus;
import io.godwit.backup.failure.OperationFailedException;
import io.godwit.backup.store.ArchiveStore;
import io.godwit.engines.DatabaseId;
import io.godwit.rest.ProblemException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.domain.Limit;
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
    private static final List<BackupStatus> FINISHED = List.of(BackupStatus.COMPLETED, BackupStatus.FAILED);
    private static final int PAGE = 100;

    private final BackupRepository backups;
    private final RestoreRunRepository runs;
    private final KeepingGrounds grounds;
    private final ArchiveStore store;
    private final RetentionProperties properties;
    private final RetentionPolicy policy;
    private final TransactionTemplate transaction;
    private final InstantSource clock;

    Retention(
            BackupRepository backups,
            RestoreRunRepository runs,
            KeepingGrounds grounds,
            ArchiveStore store,
            RetentionProperties properties,
            TransactionTemplate transaction,
            InstantSource clock) {
        this.backups = backups;
        this.runs = runs;
        this.grounds = grounds;
        this.store = store;
        this.properties = properties;
        this.policy = new RetentionPolicy(properties);
        this.transaction = transaction;
        this.clock = clock;
    }

    @Scheduled(
            initialDelayString = "${godwit.backup.retention.every:PT30M}",
            fixedDelayString = "${godwit.backup.retention.every:PT30M}")
    void apply() {
        Instant now = clock.instant();
        markExpired(now);
        try {
            removeObjects();
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

    private void markExpired(Instant now) {
        Instant before = now.minus(properties.shortest());
        String tenant = "";
        String name = "";
        List<DatabaseId> page;
        do {
            page = backups.findDatabases(FINISHED, before, tenant, name, Limit.of(PAGE));
            for (DatabaseId database : page) {
                try {
                    markExpired(database, now);
                } catch (ProblemException e) {
                    LOG.atWarn()
                            .setMessage("Retention could not ask what keeps backups; it is tried again")
                            .addKeyValue("code", e.code())
                            .addKeyValue("reason", e.getMessage())
                            .log();
                    if (e.isServerError()) {
                        return;
                    }
                }
                tenant = database.tenant();
                name = database.name();
            }
        } while (page.size() == PAGE);
    }

    private void markExpired(DatabaseId database, Instant now) {
        List<Backup> all = backups.findByTenantAndNameAndStatusInOrderByCreatedAtDesc(
                database.tenant(), database.name(), FINISHED);
        // Nobody has to be asked about what is expired or kept whatever the answer.
        List<Backup> expired = policy.expired(all, Keeping.ALL, now);
        if (policy.expired(all, Keeping.NOTHING, now).size() > expired.size()) {
            expired = policy.expired(all, grounds.of(database, now), now);
        }
        expired.forEach(backup -> mark(backup.id(), now));
        if (expired.size() == all.size()) {
            grounds.forget(database);
        }
    }

    private void mark(String id, Instant now) {
        transaction.executeWithoutResult(status -> backups.findAndLock(id)
                .filter(backup -> backup.status() != BackupStatus.DELETED)
                .filter(backup -> !runs.existsByBackupIdAndStatus(id, RunStatus.RUNNING))
                .ifPresent(backup -> backup.delete(now)));
    }

    private void removeObjects() {
        String after = "";
        List<Backup> page;
        do {
            page = backups.findWithObjects(BackupStatus.DELETED, after, Limit.of(PAGE));
            for (Backup backup : page) {
                removeObjects(backup);
                after = backup.id();
            }
        } while (page.size() == PAGE);
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
