package io.godwit.provisioning.engine;

import java.util.Map;

/** The options with which a database is made, such as its encoding, under the engine's own names. */
public record DatabaseOptions(Map<String, String> values) {
    /** What the server takes by itself. */
    public static final DatabaseOptions SERVER_DEFAULT = new DatabaseOptions(Map.of());

    public DatabaseOptions {
        values = Map.copyOf(values);
    }
}
