package io.godwit.replication.engine.postgresql;

import io.godwit.engines.Login;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.postgresql.PostgresConnections;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs {@code pg_dump} and {@code pg_restore}. */
final class PostgresTools {
    private static final int STDERR_SHOWN = 2_000;
    private static final long STOP_SECONDS = 5;

    /** Without these a lost server is noticed after two hours. */
    private static final String CONNECTION =
            "keepalives_idle=10 keepalives_interval=5 keepalives_count=3 tcp_user_timeout=30000";

    private final PostgresConnections connections;
    private final Path binDirectory;

    PostgresTools(PostgresConnections connections, Path binDirectory) {
        this.connections = connections;
        this.binDirectory = binDirectory;
    }

    /**
     * Runs a program against a database and waits for it. An interrupt ends the program.
     *
     * @throws PostgresToolException if it fails
     */
    void run(String migrationId, PlacedDatabase database, String program, List<String> arguments)
            throws IOException, InterruptedException {
        runAs(database.server().admin(), migrationId, database, program, arguments);
    }

    /** The same as another user than the administrator. */
    void runAs(Login login, String migrationId, PlacedDatabase database, String program, List<String> arguments)
            throws IOException, InterruptedException {
        Map<String, String> environment =
                new HashMap<>(connections.toolEnvironment(database.server(), login, database.databaseName()));
        environment.put("PGAPPNAME", PostgresBackends.applicationName(migrationId));
        List<String> all = new ArrayList<>(List.of("--dbname=" + CONNECTION, "--no-password"));
        all.addAll(arguments);
        run(program, all, environment);
    }

    /** The lines of an archive's table of contents, of one section. */
    List<String> list(Path archive, String section) throws IOException, InterruptedException {
        Path list = Files.createTempFile("godwit-schema", ".list");
        try {
            run(
                    "pg_restore",
                    List.of("--list", "--section=" + section, "--file=" + list, archive.toString()),
                    Map.of());
            // Names in it may be in any encoding; nothing depends on them, and they must stay as they are.
            return Files.readAllLines(list, StandardCharsets.ISO_8859_1);
        } finally {
            Files.deleteIfExists(list);
        }
    }

    private void run(String program, List<String> arguments, Map<String, String> variables)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(binDirectory.resolve(program).toString());
        command.addAll(arguments);
        Path stderr = Files.createTempFile("godwit-" + program, ".err");
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(stderr.toFile());
            Map<String, String> environment = builder.environment();
            environment.keySet().removeIf(name -> name.startsWith("PG"));
            environment.putAll(variables);
            environment.put("LC_ALL", "C.UTF-8");
            int status = waitFor(builder.start());
            if (status != 0) {
                throw new PostgresToolException(program + " ended with status " + status + ": " + tail(stderr));
            }
        } finally {
            Files.deleteIfExists(stderr);
        }
    }

    private static int waitFor(Process process) throws InterruptedException {
        try {
            return process.waitFor();
        } finally {
            if (process.isAlive()) {
                stop(process);
            }
        }
    }

    /** The parallel programs end their children when they are terminated, not when they are killed. */
    private static void stop(Process process) throws InterruptedException {
        boolean interrupted = Thread.interrupted();
        process.destroy();
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static String tail(Path stderr) throws IOException {
        String text = new String(Files.readAllBytes(stderr), StandardCharsets.UTF_8).strip();
        return text.length() <= STDERR_SHOWN ? text : "…" + text.substring(text.length() - STDERR_SHOWN);
    }
}
