package io.godwit.engines;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The one list of database engines that Godwit moves. Adding an engine starts here. */
public enum EngineId {
    POSTGRESQL("postgresql", 15432),
    REDIS("redis", 16379);

    private final String id;
    private final int proxyPort;

    EngineId(String id, int proxyPort) {
        this.id = id;
        this.proxyPort = proxyPort;
    }

    /** The name used in URLs, JSON, connection strings and on the command line. */
    @JsonValue
    public String id() {
        return id;
    }

    /** The TCP port on which the routing proxy serves this engine by default. */
    public int proxyPort() {
        return proxyPort;
    }

    public static Optional<EngineId> find(String id) {
        return Arrays.stream(values()).filter(engine -> engine.id.equals(id)).findFirst();
    }

    /** @throws IllegalArgumentException naming the known engines, if {@code id} is none of them */
    @JsonCreator
    public static EngineId of(String id) {
        return find(id).orElseThrow(() ->
                new IllegalArgumentException("engine '" + id + "' is unknown; expected one of " + allIds()));
    }

    /** The ids of all engines, comma-separated, for messages to people. */
    public static String allIds() {
        return Arrays.stream(values()).map(EngineId::id).collect(Collectors.joining(", "));
    }
}
