package io.godwit.cli.session;

import io.godwit.cli.output.Terminal;
import java.io.Console;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Asks people before data is destroyed. Scripts, which have no terminal, have meant what they said. */
public final class Confirmation {
    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    /** @return whether to go on */
    public boolean ask(String question) {
        Optional<Console> terminal = Terminal.console();
        if (yes || terminal.isEmpty()) {
            return true;
        }
        String answer = terminal.get().readLine("%s [y/N] ", question);
        return answer != null && answer.strip().toLowerCase(Locale.ROOT).startsWith("y");
    }
}
