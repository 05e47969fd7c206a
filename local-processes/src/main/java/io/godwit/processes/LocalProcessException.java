package io.godwit.processes;

import org.jspecify.annotations.Nullable;

/** A local server can't be found, started or stopped; the message says what to do about it or ends with the server's log. */
public final class LocalProcessException extends RuntimeException {
    public LocalProcessException(String message) {
        super(message);
    }

    public LocalProcessException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
