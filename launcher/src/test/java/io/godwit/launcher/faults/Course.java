package io.godwit.launcher.faults;

/** A table of the saga. */
public enum Course {
    MOVE,
    /** The way back, inside the rollback window. */
    ROLLBACK,
    /** What takes a cancelled move back. */
    UNDO
}
