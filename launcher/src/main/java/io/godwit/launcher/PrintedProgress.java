package io.godwit.launcher;

import io.godwit.launcher.platform.StartProgress;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/** Prints a line for each step of a start. */
final class PrintedProgress implements StartProgress {
    private final PrintWriter out;

    PrintedProgress(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void note(String text) {
        out.println(text);
        out.flush();
    }

    @Override
    public void ready(String process, Duration after) {
        out.printf(Locale.ROOT, "  %-18s ready after %7s%n", process, seconds(after));
        out.flush();
    }

    static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }
}
