package io.godwit.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a tenant admin sees of a migration. */
public enum MigrationStatus {
    PENDING,
    MIGRATING_SYNC,
    MIGRATING,
    READY,
    FAILED,
    CANCELLED,
    ROLLED_BACK;

    @JsonValue
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException naming the known values, if {@code id} is none of them */
    @JsonCreator
    public static MigrationStatus of(String id) {
        return Arrays.stream(values())
                .filter(status -> status.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("status '" + id + "' is unknown; expected one of "
                        + Arrays.stream(values()).map(MigrationStatus::id).collect(Collectors.joining(", "))));
    }
}
