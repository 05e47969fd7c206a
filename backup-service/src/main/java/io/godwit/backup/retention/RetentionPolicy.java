package io.godwit.backup.retention;

import io.godwit.backup.catalog.Backup;
import io.godwit.backup.catalog.BackupReason;
import io.godwit.backup.catalog.BackupStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Decides which backups have had their time. */
final class RetentionPolicy {
    private final RetentionProperties properties;

    RetentionPolicy(RetentionProperties properties) {
        this.properties = properties;
    }

    /** @param backups the completed and failed ones of a database, newest first */
    List<Backup> expired(List<Backup> backups, Keeping keeping, Instant now) {
        int completed = 0;
        List<Backup> expired = new ArrayList<>();
        for (Backup backup : backups) {
            boolean kept = false;
            if (backup.status() == BackupStatus.COMPLETED) {
                completed++;
                kept = (keeping.newest() && completed <= properties.keepNewest())
                        || (keeping.safety() && backup.reason() == BackupReason.SAFETY);
            }
            if (!kept && backup.createdAt().plus(time(backup)).isBefore(now)) {
                expired.add(backup);
            }
        }
        return expired;
    }

    private Duration time(Backup backup) {
        return backup.reason() == BackupReason.SAFETY ? properties.keepSafetyFor() : properties.keepFor();
    }
}
