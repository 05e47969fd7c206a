package io.godwit.backup.engine.postgresql;

import io.godwit.backup.failure.OperationFailedException;
import io.godwit.backup.tool.StallWatch;
import io.godwit.backup.tool.ToolExit;
import io.godwit.backup.tool.ToolProcess;
import io.godwit.backup.tool.ToolProcesses;
import io.godwit.engines.ServerAccess;
import io.godwit.engines.postgresql.PostgresConnections;
import io.godwit.events.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs {@code pg_dump} and {@code pg_restore}; archives pass through them, never through a file. */
final class PostgresTools {
    private static final int CHUNK_BYTES = 1 << 16;
    private static final Duration TIME_TO_EXIT = Duration.ofSeconds(30);

    private final ToolProcesses processes;
    private final PostgresConnections connections;
    private final PostgresProperties properties;

    PostgresTools(ToolProcesses processes, PostgresConnections connections, PostgresProperties properties) {
        this.processes = processes;
        this.connections = connections;
        this.properties = properties;
    }

    /** The version line of {@code pg_dump}. */
    String dumpVersion() throws InterruptedException {
        try (ToolProcess process = processes.start(List.of(program("pg_dump"), "--version"), Map.of())) {
            String version = new String(process.output().readAllBytes(), StandardCharsets.UTF_8).strip();
            process.await(TIME_TO_EXIT);
            return version;
        } catch (IOException e) {
            throw new OperationFailedException(
                    "TOOL_MISSING", "'" + program("pg_dump") + "' does not tell its version", Failure.Kind.INTERNAL, e);
        }
    }

    /** @throws IOException what {@code archive} throws */
    void dump(ServerAccess server, String database, String snapshot, OutputStream archive)
            throws IOException, InterruptedException {
        List<String> command = List.of(
                program("pg_dump"),
                "--format=custom",
                // Level 1 keeps a core busy at several times the rate of the default, for archives little larger.
                "--compress=1",
                "--snapshot=" + snapshot,
                "--lock-wait-timeout=" + properties.lockTimeout().toMillis(),
                "--exclude-schema=" + PostgresFingerprints.OWN_SCHEMA,
                "--no-subscriptions",
                "--no-password");
        try (ToolProcess process = processes.start(command, connections.toolEnvironment(server, database));
                StallWatch watch = StallWatch.start(properties.stallTimeout(), process::kill)) {
            process.input().close();
            copy(process.output(), archive, watch);
            ToolExit exit = process.await(TIME_TO_EXIT);
            if (watch.stalled()) {
                throw new OperationFailedException(
                        "DUMP_STALLED",
                        "nothing of the dump arrived for " + properties.stallTimeout(),
                        Failure.Kind.EXHAUSTED);
            }
            if (!exit.successful()) {
                throw PostgresFailures.of("DUMP_FAILED", server, exit);
            }
        }
    }

    private void copy(InputStream dump, OutputStream archive, StallWatch watch) throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES];
        long begin = System.nanoTime();
        for (int read = dump.read(chunk); read >= 0; read = dump.read(chunk)) {
            if (System.nanoTime() - begin > properties.longestRun().toNanos()) {
                throw new OperationFailedException(
                        "DUMP_TIMED_OUT",
                        "the dump has not ended after " + properties.longestRun(),
                        Failure.Kind.EXHAUSTED);
            }
            watch.moved();
            archive.write(chunk, 0, read);
            watch.moved();
        }
    }

    /**
     * @param newOwner the role that is to own everything; null keeps owners and grants as they were
     * @throws IOException what {@code archive} throws
     */
    void restore(ServerAccess server, String database, InputStream archive, @Nullable String newOwner)
            throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(program("pg_restore"), "--format=custom", "--exit-on-error", "--no-password"));
        if (newOwner != null) {
            command.addAll(List.of("--no-owner", "--no-privileges", "--role=" + newOwner));
        }
        command.add("--dbname=" + database);
        try (ToolProcess process = processes.start(command, connections.toolEnvironment(server, database))) {
            boolean taken = feed(archive, process);
            ToolExit exit = process.await(properties.longestRun());
            if (!exit.successful()) {
                throw PostgresFailures.of("RESTORE_FAILED", server, exit);
            }
            if (!taken) {
                throw new OperationFailedException(
                        "RESTORE_FAILED", "pg_restore ended before it had read the archive", Failure.Kind.INTERNAL);
            }
        }
    }

    /**
     * Reads the archive to its end even when pg_restore stops reading, so that its checksum is known in any case.
     *
     * @return whether pg_restore took everything
     */
    private static boolean feed(InputStream archive, ToolProcess process) throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES];
        boolean taken = true;
        for (int read = archive.read(chunk); read >= 0; read = archive.read(chunk)) {
            if (taken) {
                taken = write(process.input(), chunk, read);
            }
        }
        closeQuietly(process.input());
        return taken;
    }

    private static boolean write(OutputStream input, byte[] chunk, int length) {
        try {
            input.write(chunk, 0, length);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static void closeQuietly(OutputStream input) {
        try {
            input.close();
        } catch (IOException e) {
            // The program has ended already; its exit code says why.
        }
    }

    private String program(String name) {
        return properties.binDirectory().resolve(name).toString();
    }
}
