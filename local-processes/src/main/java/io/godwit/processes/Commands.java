package io.godwit.processes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs short-lived programs to their end. */
public final class Commands {
    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(10);
    /** A background process may hold the output open after the program itself has ended. */
    private static final Duration OUTPUT_TIMEOUT = Duration.ofSeconds(2);

    private Commands() {}

    /** @return whether the program exists and ends with exit code 0 */
    public static boolean succeeds(List<String> command) {
        return succeeds(command, PROBE_TIMEOUT);
    }

    /** @return whether the program exists and ends with exit code 0 in time */
    public static boolean succeeds(List<String> command, Duration timeout) {
        try {
            run(command, Map.of(), timeout);
            return true;
        } catch (LocalProcessException e) {
            return false;
        }
    }

    /**
     * @return what the program wrote, both streams together
     * @throws LocalProcessException with that output, if the program fails or does not end in time
     */
    public static String run(List<String> command, Map<String, String> environment, Duration timeout) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            StringBuilder output = new StringBuilder();
            Thread reader = Thread.ofVirtual().start(() -> drain(process, output));
            if (!endsWithin(timeout, process)) {
                process.destroyForcibly();
                throw new LocalProcessException(command + " did not end within " + timeout.toSeconds() + " s");
            }
            reader.join(OUTPUT_TIMEOUT);
            if (process.exitValue() != 0) {
                throw new LocalProcessException(command + " ended with exit code " + process.exitValue() + ":\n"
                        + output.toString().strip());
            }
            return output.toString();
        } catch (IOException e) {
            throw new LocalProcessException(command.getFirst() + " can't be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LocalProcessException("interrupted while running " + command.getFirst(), e);
        }
    }

    /** Nobody waits any more for what an interrupted caller runs. */
    private static boolean endsWithin(Duration timeout, Process process) throws InterruptedException {
        try {
            return process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static void drain(Process process, StringBuilder output) {
        try (var reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                output.append(line).append('\n');
            }
        } catch (IOException e) {
            output.append("(output can't be read: ").append(e.getMessage()).append(")\n");
        }
    }
}
