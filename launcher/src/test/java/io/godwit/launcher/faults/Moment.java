package io.godwit.launcher.faults;

/** A point within a step. */
public enum Moment {
    /** The command has come to its service, which has not looked at it; in a step without command: the step begins. */
    RECEIVED,
    /** It is done and recorded; the answer has not been sent. */
    ANSWERING,
    /** The answer has come to the orchestrator, which has not looked at it. */
    ANSWERED
}
