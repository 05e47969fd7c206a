package io.godwit.launcher.demo;

import io.godwit.cli.api.ApiClient;
import io.godwit.cli.api.ApiProblem;
import io.godwit.cli.output.Terminal;
import io.godwit.cli.session.ExitCode;
import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import io.godwit.engines.Tier;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code godwit demo}: the main job on the local platform, with live traffic. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = "Move a live database on the local platform and prove that no client noticed.")
public final class DemoCommand implements Callable<Integer> {
    private static final long LEAST_ROWS = 100;
    private static final int MOST_CLIENTS = 500;
    /** Stopping waits for the services and the servers to end by themselves. */
    private static final Duration TIDY_UP = Duration.ofMinutes(3);

    private final DemoPlatform platform;
    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--engine",
            paramLabel = "ENGINE",
            converter = DemoEngines.Converter.class,
            description = "May be given several times; default: every engine whose servers can be had here.")
    private @Nullable List<EngineId> engines;

    @Option(
            names = "--to",
            paramLabel = "TIER",
            defaultValue = "dedicated",
            converter = TierConverter.class,
            description = "dedicated or shared; default: ${DEFAULT-VALUE}. The database starts on the other one.")
    private Tier to;

    @Option(names = "--rows", paramLabel = "N", defaultValue = "100000", description = "Default: ${DEFAULT-VALUE}.")
    private long rows;

    @Option(names = "--clients", paramLabel = "N", defaultValue = "16", description = "Default: ${DEFAULT-VALUE}.")
    private int clients;

    @Option(names = "--json", description = "Print the result as one JSON object.")
    private boolean json;

    @Option(names = "--keep", description = "Leave the database and the platform as they are at the end.")
    private boolean keep;

    public DemoCommand(DemoPlatform platform, Map<String, String> environment) {
        this.platform = platform;
        this.environment = environment;
    }

    @Override
    public Integer call() {
        if (rows < LEAST_ROWS) {
            throw new ParameterException(spec.commandLine(), "--rows is " + rows + "; expected at least " + LEAST_ROWS);
        }
        if (clients < 1 || clients > MOST_CLIENTS) {
            throw new ParameterException(
                    spec.commandLine(), "--clients is " + clients + "; expected 1 to " + MOST_CLIENTS);
        }
        DemoProgress progress = new DemoProgress(spec.commandLine().getErr(), Terminal.redraws(environment));
        try (StopSignalHandler _ = new StopSignalHandler(Thread.currentThread(), TIDY_UP)) {
            return onPlatform(progress);
        }
    }

    private int onPlatform(DemoProgress progress) {
        try (PlatformLease lease = PlatformLease.take(platform, keep, progress)) {
            DemoReport report = new DemoReport(runAll(progress), lease.start());
            print(report);
            return report.good() ? ExitCode.DONE : ExitCode.FAILED;
        }
    }

    private List<EngineResult> runAll(DemoProgress progress) {
        List<EngineId> wanted = engines == null ? Arrays.asList(EngineId.values()) : engines;
        List<EngineResult> results = new ArrayList<>();
        try (ApiClient api = new ApiClient(platform.gatewayUrl(), platform.operatorToken())) {
            for (EngineId engine : wanted.stream().distinct().toList()) {
                results.add(run(engine, new DemoApi(api), progress));
            }
        }
        return results;
    }

    /** An engine that nobody asked for and that can't be had here is told, and no failure. */
    private EngineResult run(EngineId engine, DemoApi api, DemoProgress progress) {
        Optional<String> missing = platform.missing(engine);
        if (missing.isPresent()) {
            return engines == null
                    ? EngineResult.leftOut(engine, missing.get())
                    : EngineResult.broken(engine, clients, missing.get());
        }
        DatabaseId id = freshDatabase();
        DemoOptions options = new DemoOptions(to, rows, clients, keep);
        Path folder = JournalFolder.create();
        DemoRun run = new DemoRun(DemoEngines.of(engine), options, api, id, folder, progress);
        try {
            return run.run();
        } catch (ApiProblem e) {
            return EngineResult.broken(engine, clients, e.getMessage() + " (" + e.code() + ")");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return EngineResult.broken(engine, clients, "interrupted");
        } catch (RuntimeException e) {
            return EngineResult.broken(engine, clients, String.valueOf(e.getMessage()));
        } finally {
            if (!keep && !Thread.currentThread().isInterrupted()) {
                cleanUp(run, id, progress);
            }
            JournalFolder.delete(folder);
        }
    }

    /** What can't be removed is told; it does not change the verdict about the move. */
    private static void cleanUp(DemoRun run, DatabaseId id, DemoProgress progress) {
        try {
            run.cleanUp();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            progress.step("Could not remove " + id + ": " + e.getMessage());
        }
    }

    private void print(DemoReport report) {
        if (json) {
            spec.commandLine().getOut().println(report.json());
        } else {
            report.summary().forEach(spec.commandLine().getOut()::println);
        }
        spec.commandLine().getOut().flush();
    }

    /** A demo may be run again and again on the same platform. */
    public static DatabaseId freshDatabase() {
        String tenant = "demo_" + Long.toString(RandomGenerator.getDefault().nextLong(1L << 40), Character.MAX_RADIX);
        return new DatabaseId(tenant, "shop");
    }

    /** Reads a tier from the command line. */
    static final class TierConverter implements ITypeConverter<Tier> {
        @Override
        public Tier convert(String value) {
            try {
                return Tier.of(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
