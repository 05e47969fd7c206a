package io.godwit.launcher.demo;

import io.godwit.engines.EngineId;
import java.net.URI;
import java.util.Optional;
import java.util.function.Consumer;

/** The platform that the demo runs on. */
public interface DemoPlatform {
    /** Whether anything of the platform runs, so that it is not the demo's to stop. */
    boolean isRunning();

    /**
     * Starts what does not run and returns when all of it is ready.
     *
     * @param notes gets what a person should know meanwhile
     */
    void start(Consumer<String> notes);

    /** @return why the platform has no servers of the engine, for people; empty if it has them */
    Optional<String> missing(EngineId engine);

    /** The gateway's address without {@code /api/v1}; known once the platform runs. */
    URI gatewayUrl();

    String operatorToken();

    /** Stops everything that belongs to the platform. */
    void stop();
}
