package io.godwit.launcher.demo.endurance;

import io.godwit.cli.api.ApiClient;
import io.godwit.cli.output.Terminal;
import io.godwit.cli.session.ExitCode;
import io.godwit.engines.EngineId;
import io.godwit.launcher.demo.DemoApi;
import io.godwit.launcher.demo.DemoCommand;
import io.godwit.launcher.demo.DemoEngines;
import io.godwit.launcher.demo.DemoPlatform;
import io.godwit.launcher.demo.DemoProgress;
import io.godwit.launcher.demo.JournalFolder;
import io.godwit.launcher.demo.PlatformLease;
import io.godwit.launcher.demo.StopSignalHandler;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code godwit endurance}, which {@code benchmarks/endurance} runs: many moves in a row under load. */
@Command(
        name = "endurance",
        hidden = true,
        mixinStandardHelpOptions = true,
        description = "Move one live database many times in a row and prove that no client noticed.")
public final class EnduranceCommand implements Callable<Integer> {
    private static final int MOST_CLIENTS = 500;
    private static final long LEAST_ROWS = 100;
    private static final long SEEDS = 1L << 40;
    /** Stopping waits for the services and the servers to end by themselves. */
    private static final Duration TIDY_UP = Duration.ofMinutes(3);

    private final DemoPlatform platform;
    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--engine",
            paramLabel = "ENGINE",
            defaultValue = "postgresql",
            converter = DemoEngines.Converter.class,
            description = "Default: ${DEFAULT-VALUE}.")
    private EngineId engine;

    @Option(names = "--moves", paramLabel = "N", defaultValue = "200", description = "Default: ${DEFAULT-VALUE}.")
    private int moves;

    @Option(names = "--rows", paramLabel = "N", defaultValue = "20000", description = "Default: ${DEFAULT-VALUE}.")
    private long rows;

    @Option(names = "--clients", paramLabel = "N", defaultValue = "16", description = "Default: ${DEFAULT-VALUE}.")
    private int clients;

    @Option(names = "--seed", paramLabel = "N", description = "Decides the directions; default: a new one.")
    private @Nullable Long seed;

    @Option(names = "--json", description = "Print the result as one JSON object.")
    private boolean json;

    @Option(names = "--keep", description = "Leave the database and the platform as they are at the end.")
    private boolean keep;

    public EnduranceCommand(DemoPlatform platform, Map<String, String> environment) {
        this.platform = platform;
        this.environment = environment;
    }

    @Override
    public Integer call() throws InterruptedException {
        require("--moves", moves, 1, Integer.MAX_VALUE);
        require("--rows", rows, LEAST_ROWS, Long.MAX_VALUE);
        require("--clients", clients, 1, MOST_CLIENTS);
        DemoProgress progress = new DemoProgress(spec.commandLine().getErr(), Terminal.redraws(environment));
        try (StopSignalHandler _ = new StopSignalHandler(Thread.currentThread(), TIDY_UP);
                PlatformLease _ = PlatformLease.take(platform, keep, progress)) {
            EnduranceResult result = run(progress);
            print(result);
            return result.good() ? ExitCode.DONE : ExitCode.FAILED;
        }
    }

    private EnduranceResult run(DemoProgress progress) throws InterruptedException {
        long chosen = seed != null ? seed : RandomGenerator.getDefault().nextLong(SEEDS);
        EnduranceOptions options = new EnduranceOptions(moves, rows, clients, chosen);
        Path folder = JournalFolder.create();
        try (ApiClient api = new ApiClient(platform.gatewayUrl(), platform.operatorToken())) {
            EnduranceRun run = new EnduranceRun(
                    DemoEngines.of(engine),
                    options,
                    new DemoApi(api),
                    DemoCommand.freshDatabase(),
                    folder,
                    progress::step);
            EnduranceResult result = run.run();
            if (!keep) {
                run.cleanUp();
            }
            return result;
        } finally {
            JournalFolder.delete(folder);
        }
    }

    private void require(String option, long value, long least, long most) {
        if (value < least || value > most) {
            throw new ParameterException(
                    spec.commandLine(), option + " is " + value + "; expected " + least + " to " + most);
        }
    }

    private void print(EnduranceResult result) {
        if (json) {
            spec.commandLine().getOut().println(result.json());
        } else {
            result.summary().forEach(spec.commandLine().getOut()::println);
        }
        spec.commandLine().getOut().flush();
    }
}
