package io.godwit.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;

/** The CloudEvents types of the public migration events. */
public enum MigrationEventType {
    REQUESTED("requested"),
    PHASE_CHANGED("phase-changed"),
    PROGRESSED("progressed"),
    PAUSED_TRAFFIC("paused-traffic"),
    SWITCHED("switched"),
    COMPLETED("completed"),
    FAILED("failed"),
    ROLLED_BACK("rolled-back");

    private static final String PREFIX = "io.godwit.migration.";
    private static final String SUFFIX = ".v1";

    private final String name;

    MigrationEventType(String name) {
        this.name = name;
    }

    /** The CloudEvents {@code type} attribute, for example {@code io.godwit.migration.switched.v1}. */
    @JsonValue
    public String cloudEventType() {
        return PREFIX + name + SUFFIX;
    }

    /** @throws IllegalArgumentException if {@code type} is no CloudEvents type of a migration event */
    @JsonCreator
    public static MigrationEventType of(String type) {
        return Arrays.stream(values())
                .filter(value -> value.cloudEventType().equals(type))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("migration event type '" + type + "' is unknown"));
    }
}
