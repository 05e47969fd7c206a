package io.godwit.replication.engine.postgresql;

import io.godwit.replication.engine.ChangeStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Brings the schema over in two halves: what rows need, and what is cheaper to make when the rows are there. */
final class PostgresSchemaCopy implements AutoCloseable {
    private final PostgresTools tools;
    private final ChangeStream stream;
    private final Path archive;

    private PostgresSchemaCopy(PostgresTools tools, ChangeStream stream, Path archive) {
        this.tools = tools;
        this.stream = stream;
        this.archive = archive;
    }

    /** Takes the schema as it is in the snapshot. */
    static PostgresSchemaCopy dump(PostgresTools tools, ChangeStream stream, String snapshot)
            throws IOException, InterruptedException {
        Path archive = Files.createTempFile("godwit-schema", ".dump");
        PostgresSchemaCopy copy = new PostgresSchemaCopy(tools, stream, archive);
        boolean done = false;
        try {
            copy.run(
                    "pg_dump",
                    true,
                    List.of(
                            "--snapshot=" + snapshot,
                            "--schema-only",
                            "--format=custom",
                            "--file=" + archive,
                            "--exclude-schema=" + PostgresNames.SCHEMA,
                            "--no-publications",
                            "--no-subscriptions",
                            "--no-tablespaces",
                            "--lock-wait-timeout=10000"));
            done = true;
            return copy;
        } finally {
            if (!done) {
                copy.close();
            }
        }
    }

    /** Types, functions, tables without their indexes, grants. */
    void restoreBeforeRows() throws IOException, InterruptedException {
        run("pg_restore", false, restore("pre-data", List.of()));
    }

    /** Indexes, constraints, triggers, policies. */
    void restoreAfterRows(int jobs) throws IOException, InterruptedException {
        run("pg_restore", false, restore("post-data", List.of("--jobs=" + jobs)));
    }

    private List<String> restore(String section, List<String> more) {
        List<String> arguments =
                new ArrayList<>(List.of("--section=" + section, "--exit-on-error", "--no-tablespaces"));
        arguments.addAll(more);
        arguments.add(archive.toString());
        return arguments;
    }

    private void run(String program, boolean onSource, List<String> arguments)
            throws IOException, InterruptedException {
        tools.run(stream.migrationId(), onSource ? stream.source() : stream.target(), program, arguments);
    }

    /** Those that have rows. */
    static List<String> materializedViews(PostgresSession source) throws SQLException {
        return source.list("""
                SELECT c.oid::regclass::text FROM pg_class c WHERE c.relkind = 'm' AND c.relispopulated
                ORDER BY c.oid""", row -> row.getString(1));
    }

    /** The schema's materialized views are made empty; those that have rows on the source get them here. */
    static void refreshMaterializedViews(List<String> views, PostgresSession target) throws SQLException {
        for (String view : views) {
            target.execute("REFRESH MATERIALIZED VIEW " + view);
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(archive);
    }
}
