package io.godwit.launcher;

import io.godwit.cli.output.Terminal;
import io.godwit.cli.session.DatabaseName;
import io.godwit.engines.DatabaseId;
import io.godwit.launcher.platform.LocalPlatform;
import io.godwit.launcher.platform.PlatformException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Opens PostgreSQL's own client on a server itself, past the proxy. */
@Command(
        name = "psql",
        description = "Open psql in a database on the server itself, past the proxy, as the server's administrator.",
        footer = {
            "",
            "For example: godwit psql acme/orders -- -c 'TABLE item'",
            "The password is unsealed with the master key in $$GODWIT_HOME and shown to nobody."
        })
final class PsqlCommand implements Callable<Integer> {
    private final LocalPlatform platform;

    @SuppressWarnings("UnusedVariable") // picocli acts on its options by itself.
    @Mixin
    private LocalOptions options;

    @Option(
            names = "--server",
            paramLabel = "SERVER",
            description = "Another server that has the database: a migration's target, or in the rollback window the"
                    + " former home. Default: its home.")
    private @Nullable String server;

    @Parameters(index = "0", paramLabel = "TENANT/NAME", converter = DatabaseName.Converter.class)
    private DatabaseName database;

    @Parameters(index = "1..*", arity = "0..*", paramLabel = "ARGUMENT", description = "psql's own, after --.")
    private List<String> arguments = List.of();

    PsqlCommand(LocalPlatform platform) {
        this.platform = platform;
    }

    @Override
    public Integer call() throws InterruptedException {
        DatabaseId id = new DatabaseId(database.tenant(), database.name());
        ProcessBuilder psql = platform.psql(platform.placement(id, server), arguments);
        try {
            Process process = psql.inheritIO().start();
            if (Terminal.console().isPresent()) {
                // Ctrl-C is psql's: it cancels a query and goes on, and must not be left without this process.
                Runtime.getRuntime().addShutdownHook(new Thread(() -> awaitEnd(process), "psql"));
            }
            return process.waitFor();
        } catch (IOException e) {
            throw new PlatformException("psql can't be started: " + e.getMessage(), e);
        }
    }

    private static void awaitEnd(Process process) {
        try {
            process.waitFor();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
