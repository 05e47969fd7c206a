package io.godwit.cli.migrations;

import io.godwit.cli.api.ServerSentEvent;
import io.godwit.cli.output.Output;
import io.godwit.cli.output.ProgressLine;
import io.godwit.cli.session.ExitCode;
import io.godwit.cli.session.Session;
import java.time.InstantSource;
import java.util.function.Consumer;

/** Shows a migration live until it settles, for {@code --wait} and {@code watch}. */
final class MigrationFollower {
    private MigrationFollower() {}

    /**
     * @param printEvents whether machines want each event instead of the final state alone
     * @return the exit code that says how it ended
     */
    static int follow(Session session, String id, boolean printEvents) throws InterruptedException {
        Output output = session.output();
        MigrationWatch watch = new MigrationWatch(session.api(), session.patience(), InstantSource.system());
        Consumer<ServerSentEvent> onEvent =
                output.json() && printEvents ? event -> output.jsonLine(event.data()) : event -> {};
        MigrationView end;
        try (ProgressLine progress = new ProgressLine(output.out(), session.interactive())) {
            Consumer<MigrationView> onLook =
                    output.json() ? view -> {} : view -> progress.show(view.percent(), view.progress());
            end = watch.untilSettled(id, onEvent, onLook);
        }
        if (!output.json()) {
            summary(end).lines().forEach(output::line);
        } else if (!printEvents) {
            output.json(end.json());
        }
        if (end.ready()) {
            return ExitCode.DONE;
        }
        return end.refusedByPreflight() ? ExitCode.REFUSED_BY_PREFLIGHT : ExitCode.FAILED;
    }

    private static String summary(MigrationView end) {
        String first = "Migration " + end.id() + ": " + end.status();
        if (end.ready()) {
            return first + "; " + end.pauseSentence();
        }
        StringBuilder text = new StringBuilder(first);
        if (!end.error().equals("-")) {
            text.append("\n").append(end.error());
        }
        Findings.lines(end.json()).forEach(line -> text.append("\n").append(line));
        return text.toString();
    }
}
