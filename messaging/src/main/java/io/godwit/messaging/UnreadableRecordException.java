package io.godwit.messaging;

import org.jspecify.annotations.Nullable;

/** A record that no further attempt can make readable. */
final class UnreadableRecordException extends RuntimeException {
    UnreadableRecordException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
