package io.godwit.orchestrator.saga;

/** Which of the tables a migration follows. */
public enum Course {
    /** From the source to the target. */
    FORWARD,
    /** From the source to the target, by a backup that is taken when nobody writes any more. */
    FALLBACK,
    /** Back from the target to the source, inside the rollback window. */
    ROLLBACK
}
