package io.godwit.proxy.protocol.postgresql;

import java.io.Serial;

/** A server can't be logged in to. */
final class PostgresLoginException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient PostgresError error;

    PostgresLoginException(PostgresError error) {
        // Expected while a server is fenced or restarts, hence without the cost of a stack trace.
        super(error.sqlState() + " " + error.message(), null, false, false);
        this.error = error;
    }

    PostgresError error() {
        return error;
    }
}
