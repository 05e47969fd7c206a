package io.godwit.backup.engine.postgresql;

import io.godwit.backup.failure.OperationFailedException;
import io.godwit.backup.tool.StallWatch;
import io.godwit.backup.tool.ToolExit;
import io.godwit.backup.tool.ToolProcess;
import io.godwit.backup.tool.ToolProcesses;
import io.godwit.engines.Login;
import io.godwit.engines.ServerAccess;
import io.godwit.engines.postgresql.PostgresConnections;
import io.godwit.events.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Runs {@code pg_dump}, {@code pg_restore} and {@code psql}; rows pass through them, never through a file. */
final class PostgresTools {
    private static final int CHUNK_BYTES = 1 << 16;

    /** Without these a lost server is noticed after two hours. */
    private static final String CONNECTION =
            "keepalives_idle=10 keepalives_interval=5 keepalives_count=3 tcp_user_timeout=30000";

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
                "--lock-wait-timeout=" + PostgresSnapshot.LOCK_WAIT.toMillis(),
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
                throw PostgresFailures.ofReader("DUMP_FAILED", server, exit);
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
     * Counts and hashes the rows that a script writes.
     *
     * @param script for {@code psql}; ends each table as {@link PostgresRowHashes} reads it
     * @param tables how many the script writes
     * @param onStart told of the program, which may be killed
     */
    List<PostgresRowHashes.Counted> hashRows(
            ServerAccess server, String database, String script, int tables, Consumer<ToolProcess> onStart)
            throws InterruptedException {
        List<String> command = List.of(
                program("psql"),
                "--no-psqlrc",
                "--quiet",
                "--no-password",
                "--set=ON_ERROR_STOP=1",
                "--file=-",
                "--dbname=" + CONNECTION);
        try (ToolProcess process = processes.start(command, connections.toolEnvironment(server, database));
                StallWatch watch = StallWatch.start(properties.stallTimeout(), process::kill)) {
            onStart.accept(process);
            Thread.ofVirtual().name("psql-script").start(() -> {
                write(process.input(), script.getBytes(StandardCharsets.UTF_8));
                closeQuietly(process.input());
            });
            List<PostgresRowHashes.Counted> counted = PostgresRowHashes.read(process.output(), watch::moved);
            ToolExit exit = process.await(TIME_TO_EXIT);
            if (watch.stalled()) {
                throw new OperationFailedException(
                        "FINGERPRINT_STALLED",
                        "no rows arrived for " + properties.stallTimeout(),
                        Failure.Kind.EXHAUSTED);
            }
            if (!exit.successful() || counted.size() != tables) {
                throw PostgresFailures.ofReader("FINGERPRINT_FAILED", server, exit);
            }
            return counted;
        } catch (IOException e) {
            throw new OperationFailedException(
                    "FINGERPRINT_FAILED", "reading the rows broke off", Failure.Kind.TRANSIENT, e);
        }
    }

    /**
     * Writes the beginning of an archive into a file: as much as {@code pg_restore} reads to know what is in it.
     *
     * @throws IOException what {@code archive} throws
     */
    void readContents(ServerAccess server, InputStream archive, Path head) throws IOException, InterruptedException {
        // What it prints goes nowhere: it would have to be read while the archive is fed.
        List<String> command = List.of(program("pg_restore"), "--list", "--format=custom", "--file=/dev/null");
        try (ToolProcess process = processes.start(command, Map.of());
                OutputStream copy = Files.newOutputStream(head)) {
            byte[] chunk = new byte[CHUNK_BYTES];
            boolean reading = true;
            while (reading) {
                int read = archive.read(chunk);
                if (read < 0) {
                    break;
                }
                copy.write(chunk, 0, read);
                reading = write(process.input(), chunk, read);
            }
            closeQuietly(process.input());
            ToolExit exit = process.await(TIME_TO_EXIT);
            if (!exit.successful()) {
                throw PostgresFailures.of("RESTORE_FAILED", server, exit);
            }
        }
    }

    /**
     * The lines of an archive's table of contents, of one section.
     *
     * @param head as {@link #readContents} writes it
     */
    List<String> list(Path head, String section) throws IOException, InterruptedException {
        List<String> command = List.of(program("pg_restore"), "--list", "--section=" + section, head.toString());
        try (ToolProcess process = processes.start(command, Map.of())) {
            process.input().close();
            // Names in it may be in any encoding; nothing depends on them, and they must stay as they are.
            String list = new String(process.output().readAllBytes(), StandardCharsets.ISO_8859_1);
            ToolExit exit = process.await(TIME_TO_EXIT);
            if (!exit.successful()) {
                throw new OperationFailedException(
                        "RESTORE_FAILED", "pg_restore: " + exit.reason(), Failure.Kind.INTERNAL);
            }
            return list.lines().toList();
        }
    }

    /** How long a restore may take, from its beginning to its end. */
    Duration longestRun() {
        return properties.longestRun();
    }

    /** Starts to restore those entries of an archive that a file lists. */
    PostgresRestoreProcess restore(PostgresRestoreTarget target, Login login, Path list) {
        List<String> command = new ArrayList<>(List.of(
                program("pg_restore"),
                "--format=custom",
                "--exit-on-error",
                "--no-password",
                "--use-list=" + list,
                "--dbname=" + CONNECTION));
        if (target.newOwner() != null) {
            command.addAll(List.of("--no-owner", "--no-privileges", "--role=" + target.newOwner()));
        }
        ToolProcess process =
                processes.start(command, connections.toolEnvironment(target.server(), login, target.database()));
        return new PostgresRestoreProcess(target.server(), process, properties.longestRun());
    }

    /** @return whether the program took it */
    static boolean write(OutputStream input, byte[] chunk, int length) {
        try {
            input.write(chunk, 0, length);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean write(OutputStream input, byte[] all) {
        return write(input, all, all.length);
    }

    static void closeQuietly(OutputStream input) {
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
