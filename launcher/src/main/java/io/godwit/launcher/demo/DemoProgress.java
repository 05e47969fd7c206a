package io.godwit.launcher.demo;

import io.godwit.cli.migrations.MigrationView;
import io.godwit.cli.output.ProgressLine;
import io.godwit.cli.output.Quantities;
import java.io.PrintWriter;
import java.util.OptionalDouble;

/** Tells people how far the demo is; on the error stream, so that the report has the other for itself. */
public final class DemoProgress {
    private static final double WHOLE = 100;

    private final PrintWriter err;
    private final boolean redraw;
    private ProgressLine line;

    /** @param redraw whether {@code err} is a terminal whose last line can be drawn again */
    public DemoProgress(PrintWriter err, boolean redraw) {
        this.err = err;
        this.redraw = redraw;
        this.line = new ProgressLine(err, redraw);
    }

    /** Begins a new line. */
    public void step(String text) {
        line.close();
        line = new ProgressLine(err, redraw);
        err.println(text);
        err.flush();
    }

    void filled(long rows, long of) {
        line.show(
                OptionalDouble.of(WHOLE * rows / Math.max(1, of)),
                "  " + Quantities.count(rows) + " of " + Quantities.count(of) + " rows");
    }

    void migrating(MigrationView view) {
        line.show(view.percent(), "  " + view.progress());
    }
}
