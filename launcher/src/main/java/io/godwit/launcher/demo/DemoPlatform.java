package io.godwit.launcher.demo;

import java.net.URI;
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

    /** The gateway's address without {@code /api/v1}; known once the platform runs. */
    URI gatewayUrl();

    String operatorToken();

    /** Stops everything that belongs to the platform. */
    void stop();
}
