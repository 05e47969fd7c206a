package io.godwit.cli.session;

/** What the process's exit code tells scripts. */
public final class ExitCode {
    public static final int DONE = 0;
    public static final int FAILED = 1;
    public static final int USAGE = 2;
    public static final int REFUSED_BY_PREFLIGHT = 3;

    private ExitCode() {}
}
