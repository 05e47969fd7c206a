package io.godwit.orchestrator.saga;

/** Which of the two tables a migration follows. */
public enum Course {
    /** From the source to the target. */
    FORWARD,
    /** Back from the target to the source, inside the rollback window. */
    ROLLBACK
}
