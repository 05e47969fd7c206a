package io.godwit.proxy.protocol;

import java.time.Duration;

/**
 * Whether and how the sessions of a database share server connections.
 *
 * @param serverConnections that this proxy has to one server of the database, at most
 * @param waitLimit so long an exchange waits for one of them, at most
 */
public record Pooling(Mode mode, int serverConnections, Duration waitLimit) {

    /** When a session gives its server connection to another. */
    public enum Mode {
        /** Never: each has its own. */
        NONE,
        /** When it is idle and the others need it; all of its state is read before. */
        SESSION,
        /**
         * As {@link #SESSION}, but its state is read only if its client has sent something since the last time that may
         * have changed it.
         */
        TRANSACTION
    }

    /** @throws IllegalArgumentException saying what was expected */
    public Pooling {
        if (serverConnections < 1) {
            throw new IllegalArgumentException("server-connections is " + serverConnections + "; expected at least 1");
        }
        if (!waitLimit.isPositive()) {
            throw new IllegalArgumentException("pool-wait is " + waitLimit + "; expected a positive duration");
        }
    }
}
