package io.godwit.provisioning.engine;

import java.time.Duration;

/** One server that runs as a local process. It outlives this service and is found again. Used by one thread at a time. */
public interface LocalServer {
    /** Makes the server's data with its administrator. Does nothing if they are there. */
    void create(String administratorPassword);

    /** Starts the process if it does not run, and waits until the server answers. */
    void start(Duration timeout);

    boolean isRunning();

    /** Ends the process and deletes everything of the server. */
    void destroy();
}
