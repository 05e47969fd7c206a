package io.godwit.launcher;

import java.io.PrintWriter;
import java.util.List;

/** Prints lines of logs, each with its process's name in front where there are several. */
final class LogPrinter {
    private final PrintWriter out;
    private final boolean named;

    LogPrinter(PrintWriter out, boolean named) {
        this.out = out;
        this.named = named;
    }

    void print(String process, List<String> lines) {
        lines.forEach(line -> out.println(named ? process + " | " + line : line));
        out.flush();
    }
}
