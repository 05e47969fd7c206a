package io.godwit.backup.catalog;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How far a backup is. */
public enum BackupStatus {
    PENDING,
    RUNNING,
    COMPLETED,
    FAILED,
    /** It has been removed from the store. */
    DELETED;

    @JsonValue
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
