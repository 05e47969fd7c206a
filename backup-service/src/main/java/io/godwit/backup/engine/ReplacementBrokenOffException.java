package io.godwit.backup.engine;

/**
 * A replacement broke off where it is not known whether it happened, or with the database not open again as it was.
 * {@link BackupEngine#recoverReplacement} takes it to one of its two ends.
 */
public final class ReplacementBrokenOffException extends RuntimeException {

    /** @param message for people; never a secret */
    public ReplacementBrokenOffException(String message, Throwable cause) {
        super(message, cause);
    }
}
