package io.godwit.cli.output;

import java.io.Console;
import java.util.Map;
import java.util.Optional;

/** The terminal at which a person sits, if there is one. */
public final class Terminal {
    private Terminal() {}

    /** @return the terminal; empty where input or output is a file or a pipe */
    @SuppressWarnings("SystemConsoleNull") // The console of java.base, the default again since JDK 25, may be missing.
    public static Optional<Console> console() {
        Console console = System.console();
        return console == null ? Optional.empty() : Optional.of(console).filter(Console::isTerminal);
    }

    /** Whether a line of the terminal can be drawn again. */
    public static boolean redraws(Map<String, String> environment) {
        return console().isPresent() && !"dumb".equals(environment.get("TERM"));
    }
}
