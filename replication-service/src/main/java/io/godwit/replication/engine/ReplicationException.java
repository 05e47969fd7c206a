package io.godwit.replication.engine;

import io.godwit.events.Failure;
import org.jspecify.annotations.Nullable;

/** A step of a move could not be done. */
public final class ReplicationException extends RuntimeException {
    private final String code;
    private final Failure.Kind kind;

    /**
     * @param code stable and in upper snake case
     * @param message for people: what was wrong, the value, what was expected; never a secret
     */
    public ReplicationException(String code, Failure.Kind kind, String message) {
        this(code, kind, message, null);
    }

    public ReplicationException(String code, Failure.Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
        this.kind = kind;
    }

    public Failure failure() {
        return new Failure(code, String.valueOf(getMessage()), kind);
    }
}
