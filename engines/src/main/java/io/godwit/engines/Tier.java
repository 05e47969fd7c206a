package io.godwit.engines;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Whether a server carries many tenants' databases or one tenant's. */
public enum Tier {
    SHARED,
    DEDICATED;

    @JsonValue
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Accepts {@code shared} and {@code dedicated} and their synonyms {@code L1} and {@code L2}, in any case.
     *
     * @throws IllegalArgumentException naming the accepted words, if {@code value} is none of them
     */
    @JsonCreator
    public static Tier of(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "shared", "l1" -> SHARED;
            case "dedicated", "l2" -> DEDICATED;
            default ->
                throw new IllegalArgumentException(
                        "tier '" + value + "' is unknown; expected shared (L1) or dedicated (L2)");
        };
    }
}
