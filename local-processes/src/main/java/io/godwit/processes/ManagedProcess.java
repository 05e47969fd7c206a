package io.godwit.processes;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A server that runs as a local process. It outlives the program that started it, and any later program that knows its
 * directory finds it again.
 *
 * <p>Every method throws {@link LocalProcessException}, with the last lines of the server's log where they tell why.
 * One instance is used by one thread at a time.
 */
public interface ManagedProcess {
    /** Names the process in messages. */
    String name();

    Path logFile();

    /** @return the process, if it runs */
    Optional<ProcessIdentity> running();

    /** Starts the process and returns without waiting until it is ready. Does nothing if it runs. */
    void start();

    /** @return whether the server answers at this moment */
    boolean isReady();

    /** Waits until the server answers; fails at once if the process has ended. */
    void awaitReady(Duration timeout);

    /** Asks the process to end, insists where it does not, and returns when it has gone. Does nothing if none runs. */
    void stop();

    /** Ends the process as a crash would. */
    void kill();
}
