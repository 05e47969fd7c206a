package io.godwit.launcher;

import io.godwit.cli.output.Output;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of the commands that run the local platform. What stands before the command's name counts too. */
final class LocalOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @SuppressWarnings("UnusedVariable") // picocli acts on the option by itself.
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and end.")
    private boolean help;

    /** Where the command writes. */
    Output output() {
        CommandLine line = command.commandLine();
        boolean everywhere = command.root().commandLine().getParseResult().hasMatchedOption("--json");
        return new Output(line.getOut(), line.getErr(), json || everywhere);
    }
}
