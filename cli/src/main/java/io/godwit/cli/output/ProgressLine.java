package io.godwit.cli.output;

import java.io.PrintWriter;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Shows where a long task is. On a terminal one line with a bar is redrawn; elsewhere a line is printed whenever the text
 * has changed. Not safe for several threads.
 */
public final class ProgressLine implements AutoCloseable {
    private static final int BAR = 24;
    private static final double WHOLE = 100;
    private static final String CLEAR = "\r\033[K";

    private final PrintWriter out;
    private final boolean redraw;
    private @Nullable String last;

    /** @param redraw whether {@code out} is a terminal that understands ANSI escapes */
    public ProgressLine(PrintWriter out, boolean redraw) {
        this.out = out;
        this.redraw = redraw;
    }

    /** @param percent 0 to 100; empty if the task can't say */
    public void show(OptionalDouble percent, String text) {
        String line = redraw && percent.isPresent() ? bar(percent.getAsDouble()) + " " + text : text;
        if (line.equals(last)) {
            return;
        }
        last = line;
        if (redraw) {
            out.print(CLEAR + line);
        } else {
            out.println(line);
        }
        out.flush();
    }

    /** Leaves the last line standing. */
    @Override
    public void close() {
        if (redraw && last != null) {
            out.println();
            out.flush();
        }
        last = null;
    }

    private static String bar(double percent) {
        int full = (int) Math.round(Math.clamp(percent, 0, WHOLE) / WHOLE * BAR);
        return "[" + "#".repeat(full) + ".".repeat(BAR - full) + "]";
    }
}
