package io.godwit.backup.catalog;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How far a restore run is. */
public enum RunStatus {
    RUNNING,
    SUCCEEDED,
    FAILED;

    @JsonValue
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
