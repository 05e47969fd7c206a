package io.godwit.cli;

import io.godwit.cli.backups.BackupsCommand;
import io.godwit.cli.databases.DatabasesCommand;
import io.godwit.cli.migrations.MigrateCommand;
import io.godwit.cli.migrations.MigrationsCommand;
import io.godwit.cli.servers.ServersCommand;
import io.godwit.cli.session.ApiOptions;
import io.godwit.cli.session.CommonOptions;
import io.godwit.cli.session.OptionsFactory;
import io.godwit.cli.tenants.TenantsCommand;
import io.godwit.cli.tokens.LoginCommand;
import io.godwit.cli.tokens.TokenCommand;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The top command {@code godwit}; by itself it only shows what there is. */
@Command(
        name = "godwit",
        description = "Moves a tenant's live database to another server without dropping a query.",
        version = "godwit 0.1.0-SNAPSHOT",
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:failed", "2:wrong usage", "3:refused by preflight"},
        subcommands = {
            TenantsCommand.class,
            DatabasesCommand.class,
            ServersCommand.class,
            MigrateCommand.class,
            MigrationsCommand.class,
            BackupsCommand.class,
            TokenCommand.class,
            LoginCommand.class
        })
public final class GodwitCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @SuppressWarnings("UnusedVariable") // picocli acts on the option by itself.
    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version and end.")
    private boolean version;

    /**
     * @param environment the process's environment variables
     * @return the command line with the client's commands; the caller may add further ones and executes it
     */
    public static CommandLine commandLine(Map<String, String> environment) {
        CommandLine line = new CommandLine(new GodwitCommand(), new OptionsFactory(environment));
        line.getCommandSpec().addMixin(CommonOptions.TOP, CommandSpec.forAnnotatedObject(new ApiOptions(environment)));
        return line.setExecutionExceptionHandler(new ErrorReporter())
                .setParameterExceptionHandler(new UsageReporter())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setAbbreviatedOptionsAllowed(false)
                .setUsageHelpAutoWidth(true);
    }

    /** Someone who names no command has to be told the commands. */
    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "No command was given; expected one of "
                        + String.join(", ", spec.subcommands().keySet()));
    }
}
