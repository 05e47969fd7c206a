package io.godwit.launcher;

import io.godwit.cli.session.ExitCode;
import io.godwit.launcher.platform.LocalPlatform;
import io.godwit.launcher.platform.ProcessStatus;
import io.godwit.processes.LogTail;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows the logs of the local platform's processes. */
@Command(name = "logs", description = "Show the end of the logs of the local platform's processes.")
final class LogsCommand implements Callable<Integer> {
    private final LocalPlatform platform;

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("UnusedVariable") // picocli acts on its options by itself.
    @Mixin
    private LocalOptions options;

    @Parameters(arity = "0..1", paramLabel = "PROCESS", description = "As named by 'godwit status'; all if omitted.")
    private @Nullable String process;

    @Option(
            names = {"-n", "--lines"},
            paramLabel = "N",
            defaultValue = "20",
            description = "How many lines of each log. Default: ${DEFAULT-VALUE}.")
    private int lines;

    @Option(
            names = {"-f", "--follow"},
            description = "Go on with what is written from now on, until interrupted.")
    private boolean follow;

    LogsCommand(LocalPlatform platform) {
        this.platform = platform;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (lines < 0) {
            throw new ParameterException(spec.commandLine(), "--lines is " + lines + "; expected 0 or more");
        }
        Map<String, Path> logs = chosen();
        PrintWriter out = spec.commandLine().getOut();
        LogPrinter printer = new LogPrinter(out, logs.size() > 1);
        Map<String, LogReader> readers = new LinkedHashMap<>();
        logs.forEach((name, log) -> {
            readers.put(name, LogReader.atEndOf(log));
            printer.print(name, LogTail.of(log, lines));
        });
        if (follow) {
            LogReader.follow(readers, printer::print);
        }
        return ExitCode.DONE;
    }

    private Map<String, Path> chosen() {
        Map<String, Path> all = platform.status().stream()
                .collect(Collectors.toMap(
                        ProcessStatus::name, ProcessStatus::log, (first, second) -> first, LinkedHashMap::new));
        String wanted = process;
        if (wanted == null) {
            return all;
        }
        Path log = all.get(wanted);
        if (log == null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "process '" + wanted + "' is unknown; expected one of " + String.join(", ", all.keySet()));
        }
        return Map.of(wanted, log);
    }
}
