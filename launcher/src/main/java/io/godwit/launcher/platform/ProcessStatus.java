package io.godwit.launcher.platform;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One process of the platform at this moment.
 *
 * @param pid null if it does not run
 * @param port null if it is not known
 * @param memoryBytes what it and its children occupy, shared pages counted by share; null if it does not run
 */
public record ProcessStatus(
        String name,
        Kind kind,
        State state,
        @Nullable Long pid,
        @Nullable Integer port,
        @Nullable Long memoryBytes,
        Path log) {

    public boolean running() {
        return state != State.STOPPED;
    }

    /** What a process is for. */
    public enum Kind {
        INFRASTRUCTURE,
        SERVICE,
        TENANT_SERVER
    }

    /** Whether it does its work. */
    public enum State {
        READY,
        STARTING,
        STOPPED
    }
}
