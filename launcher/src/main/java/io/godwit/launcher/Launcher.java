package io.godwit.launcher;

import io.godwit.cli.GodwitCommand;
import io.godwit.launcher.demo.DemoCommand;
import io.godwit.launcher.demo.DemoPlatform;
import io.godwit.launcher.demo.LocalDemoPlatform;
import io.godwit.launcher.demo.endurance.EnduranceCommand;
import io.godwit.launcher.platform.LocalPlatform;
import java.util.Map;
import picocli.CommandLine;

/** The main program: the client's commands, and those that run the local platform. */
public final class Launcher {
    private Launcher() {}

    public static void main(String[] arguments) {
        System.exit(commandLine(System.getenv()).execute(arguments));
    }

    /** @param environment the process's environment variables */
    static CommandLine commandLine(Map<String, String> environment) {
        CommandLine line = GodwitCommand.commandLine(environment);
        LocalPlatform platform = LocalPlatform.of(environment);
        DemoPlatform demoPlatform = new LocalDemoPlatform(platform);
        line.addSubcommand(new DemoCommand(demoPlatform, environment));
        line.addSubcommand(new EnduranceCommand(demoPlatform, environment));
        line.addSubcommand(new UpCommand(platform));
        line.addSubcommand(new DownCommand(platform));
        line.addSubcommand(new StatusCommand(platform));
        line.addSubcommand(new LogsCommand(platform));
        line.addSubcommand(new PsqlCommand(platform));
        return line.setExecutionExceptionHandler(new PlatformErrorReporter(line.getExecutionExceptionHandler()))
                .setUsageHelpAutoWidth(true);
    }
}
