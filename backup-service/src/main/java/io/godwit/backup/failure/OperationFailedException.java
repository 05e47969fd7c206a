package io.godwit.backup.failure;

import io.godwit.events.Failure;
import org.jspecify.annotations.Nullable;

/** An operation that could not be done, with the stable code and kind under which that is told. */
public final class OperationFailedException extends RuntimeException {
    /** A code: somebody changes what is to be read, and waits for the reader as the reader for him. */
    public static final String SCHEMA_CHANGING = "SCHEMA_CHANGING";

    private final Failure failure;

    public OperationFailedException(String code, String message, Failure.Kind kind) {
        this(code, message, kind, null);
    }

    /** @param message for people; never a secret */
    public OperationFailedException(String code, String message, Failure.Kind kind, @Nullable Throwable cause) {
        super(message, cause);
        this.failure = new Failure(code, message, kind);
    }

    /**
     * The thread stays interrupted.
     *
     * @param message as of any other
     */
    public static OperationFailedException interrupted(String message, InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new OperationFailedException("INTERRUPTED", message, Failure.Kind.TRANSIENT, cause);
    }

    public Failure failure() {
        return failure;
    }
}
