package io.godwit.backup.retention;

import io.godwit.backup.catalog.Backup;
import io.godwit.backup.catalog.BackupReason;
import io.godwit.backup.catalog.BackupStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Decides which backups have had their time. */
final class RetentionPolicy {
    private final RetentionProperties properties;

    RetentionPolicy(RetentionProperties properties) {
        this.properties = properties;
    }

    /** @param backups completed and failed ones of any databases, newest first */
    List<Backup> expired(List<Backup> backups, Instant now) {
        Map<Object, Integer> newer = new HashMap<>();
        List<Backup> expired = new ArrayList<>();
        for (Backup backup : backups) {
            boolean kept = false;
            if (backup.status() == BackupStatus.COMPLETED) {
                kept = newer.merge(backup.databaseId(), 1, Integer::sum) <= properties.keepNewest();
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
