package io.godwit.backup.web;

import io.godwit.backup.catalog.Backup;
import io.godwit.backup.catalog.BackupReason;
import io.godwit.backup.catalog.BackupStatus;
import io.godwit.backup.catalog.RestoreRun;
import io.godwit.backup.catalog.RunStatus;
import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import io.godwit.events.Failure;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A backup as the API shows it. */
record BackupView(
        String id,
        DatabaseId database,
        EngineId engine,
        @Nullable String engineVersion,
        BackupReason reason,
        @Nullable String migrationId,
        BackupStatus status,
        long bytes,
        @Nullable String sha256,
        @Nullable Integer tables,
        @Nullable Long rows,
        Instant createdAt,
        @Nullable Instant completedAt,
        @Nullable Instant deletedAt,
        @Nullable ErrorView error,
        @Nullable RunView verification,
        @Nullable RunView restore) {

    static BackupView of(Backup backup, @Nullable RestoreRun verification, @Nullable RestoreRun restore) {
        return new BackupView(
                backup.id(),
                backup.databaseId(),
                backup.engine(),
                backup.engineVersion(),
                backup.reason(),
                backup.migrationId(),
                backup.status(),
                backup.bytes(),
                backup.sha256(),
                backup.tables(),
                backup.rows(),
                backup.createdAt(),
                backup.completedAt(),
                backup.deletedAt(),
                ErrorView.of(backup.failure()),
                RunView.of(verification),
                RunView.of(restore));
    }

    /** Why something failed. */
    record ErrorView(String code, String message) {
        static @Nullable ErrorView of(@Nullable Failure failure) {
            return failure == null ? null : new ErrorView(failure.code(), failure.message());
        }
    }

    /** The last verification or restore. */
    record RunView(
            String id,
            RunStatus status,
            DatabaseId database,
            Instant createdAt,
            @Nullable Instant finishedAt,
            @Nullable ErrorView error) {
        static @Nullable RunView of(@Nullable RestoreRun run) {
            return run == null
                    ? null
                    : new RunView(
                            run.id(),
                            run.status(),
                            run.target(),
                            run.createdAt(),
                            run.finishedAt(),
                            ErrorView.of(run.failure()));
        }
    }
}
