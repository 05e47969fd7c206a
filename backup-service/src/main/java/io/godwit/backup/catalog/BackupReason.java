package io.godwit.backup.catalog;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Why a backup was taken. */
public enum BackupReason {
    /** Before a migration touched anything. */
    SAFETY,
    /** Somebody asked for it. */
    REQUESTED;

    @JsonValue
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
