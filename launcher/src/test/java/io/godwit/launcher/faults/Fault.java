package io.godwit.launcher.faults;

/** What happens to a participant. */
public enum Fault {
    /** {@code kill -9}, then a new life. */
    KILL,
    /** The signal that asks it to end, then a new life. */
    RESTART,
    /** {@code SIGSTOP}, for longer than any lease, session or silence is waited for, then {@code SIGCONT}. */
    PAUSE,
    /**
     * Connections between services and the participant, or of the participant if it is a service, end; new ones are
     * refused for as long as a pause lasts. What the proxy carries for clients is left alone.
     */
    CUT
}
