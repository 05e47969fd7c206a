package io.godwit.launcher.faults;

/** A point within a step. */
public enum Moment {
    /** The orchestrator has decided and recorded it; nobody else knows. */
    ASKED,
    /** It is done and recorded; the orchestrator has not been told. */
    DONE
}
