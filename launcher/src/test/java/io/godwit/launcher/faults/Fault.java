package io.godwit.launcher.faults;

/** What happens to a process. */
public enum Fault {
    /** {@code kill -9}, then a new life. */
    KILL,
    /** {@code SIGSTOP}, for longer than any lease, session or silence is waited for, then {@code SIGCONT}. */
    PAUSE
}
