package io.godwit.replication.engine.postgresql;

import io.godwit.engines.Login;
import io.godwit.engines.postgresql.PostgresRestoreList;
import io.godwit.engines.postgresql.PostgresSchemaLoan;
import io.godwit.replication.engine.ChangeStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Brings the schema over in two halves: what rows need, and what is cheaper to make when the rows are there. */
final class PostgresSchemaCopy implements AutoCloseable {
    private final PostgresTools tools;
    private final PostgresDeputy deputy;
    private final ChangeStream stream;
    private final Set<String> beyondTenant;
    private final Path archive;

    private PostgresSchemaCopy(
            PostgresTools tools, PostgresDeputy deputy, ChangeStream stream, Set<String> beyondTenant, Path archive) {
        this.tools = tools;
        this.deputy = deputy;
        this.stream = stream;
        this.beyondTenant = beyondTenant;
        this.archive = archive;
    }

    /**
     * Takes the schema as it is in the snapshot.
     *
     * @param beyondTenant as {@link PostgresBeyondTenant#of} has it in the same snapshot
     */
    static PostgresSchemaCopy dump(
            PostgresTools tools, PostgresDeputy deputy, ChangeStream stream, Set<String> beyondTenant, String snapshot)
            throws IOException, InterruptedException {
        Path archive = Files.createTempFile("godwit-schema", ".dump");
        PostgresSchemaCopy copy = new PostgresSchemaCopy(tools, deputy, stream, beyondTenant, archive);
        boolean done = false;
        try {
            tools.run(
                    stream.migrationId(),
                    stream.source(),
                    "pg_dump",
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
    void restoreBeforeRows(PostgresSession target) throws SQLException, IOException, InterruptedException {
        restore(target, "pre-data", List.of());
    }

    /** Indexes, constraints, triggers, policies. */
    void restoreAfterRows(PostgresSession target, int jobs) throws SQLException, IOException, InterruptedException {
        restore(target, "post-data", List.of("--jobs=" + jobs));
    }

    private void restore(PostgresSession target, String section, List<String> how)
            throws SQLException, IOException, InterruptedException {
        Login admin = stream.target().server().admin();
        Login tenant = deputy.login(stream.migrationId(), stream.target().server());
        for (PostgresRestoreList.Part part : PostgresRestoreList.inOrder(
                tools.list(archive, section),
                admin,
                entry -> beyondTenant.contains(entry.catalogId()) ? admin : tenant)) {
            if (part.maker().equals(admin)) {
                restore(part, List.of());
            } else {
                try (PostgresSchemaLoan _ = PostgresSchemaLoan.to(tenant.user(), target.connection())) {
                    restore(part, how);
                }
            }
        }
    }

    /** The section is not named to pg_restore: it would take what is said about objects for the last section's. */
    private void restore(PostgresRestoreList.Part part, List<String> how) throws IOException, InterruptedException {
        Path list = Files.createTempFile("godwit-schema", ".list");
        try {
            Files.write(list, part.entries(), StandardCharsets.ISO_8859_1);
            List<String> arguments =
                    new ArrayList<>(List.of("--use-list=" + list, "--exit-on-error", "--no-tablespaces"));
            arguments.addAll(how);
            arguments.add(archive.toString());
            tools.runAs(part.maker(), stream.migrationId(), stream.target(), "pg_restore", arguments);
        } finally {
            Files.deleteIfExists(list);
        }
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
