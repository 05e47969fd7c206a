package io.godwit.replication.engine.postgresql;

import io.godwit.engines.PlacedDatabase;
import io.godwit.events.Failure;
import io.godwit.events.Finding;
import io.godwit.replication.engine.ReplicationException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What preflight compares between the two servers. */
final class PostgresPairChecks {
    private PostgresPairChecks() {}

    static List<Finding> check(PostgresSession source, PostgresSession target, PlacedDatabase database)
            throws SQLException {
        List<Finding> findings = new ArrayList<>();
        versions(source, target, findings);
        extensions(source, target, findings);
        collations(source, target, findings);
        roles(source, target, database, findings);
        findings.addAll(PostgresRepresentedRoles.check(source, target, database));
        return findings;
    }

    /** @throws ReplicationException with the code of the first blocker */
    static void requireFit(List<Finding> findings) {
        findings.stream()
                .filter(finding -> finding.severity() == Finding.Severity.BLOCKER)
                .findFirst()
                .ifPresent(finding -> {
                    String object = finding.object() == null ? "" : finding.object() + ": ";
                    throw new ReplicationException(
                            finding.code(),
                            Failure.Kind.CONFLICT,
                            object + finding.message() + "; to remedy, " + finding.remedy());
                });
    }

    private static void versions(PostgresSession source, PostgresSession target, List<Finding> findings)
            throws SQLException {
        int from = PostgresCatalog.majorVersion(source);
        int to = PostgresCatalog.majorVersion(target);
        if (to < from) {
            findings.add(new Finding(
                    Finding.Severity.BLOCKER,
                    "TARGET_OLDER",
                    null,
                    "the target server has version " + to + ", the source " + from + "; expected it not to be older",
                    "move to a server of version " + from + " or later"));
        }
    }

    private static void extensions(PostgresSession source, PostgresSession target, List<Finding> findings)
            throws SQLException {
        Set<String> available =
                Set.copyOf(target.list("SELECT name FROM pg_available_extensions", row -> row.getString(1)));
        for (String extension : source.list("SELECT extname FROM pg_extension", row -> row.getString(1))) {
            if (!available.contains(extension)) {
                findings.add(new Finding(
                        Finding.Severity.BLOCKER,
                        "EXTENSION_MISSING",
                        extension,
                        "the target server does not have the extension",
                        "install the extension's files on the target server, or drop it from the database"));
            }
        }
    }

    private static void collations(PostgresSession source, PostgresSession target, List<Finding> findings)
            throws SQLException {
        String sql = "SELECT coalesce((SELECT pg_collation_actual_version(oid) FROM pg_collation"
                + " WHERE collprovider = 'c' AND collname ILIKE 'en_US%' LIMIT 1), '') AS version";
        String from = source.one(sql, row -> row.getString(1));
        String to = target.one(sql, row -> row.getString(1));
        if (!from.equals(to)) {
            findings.add(new Finding(
                    Finding.Severity.WARNING,
                    "COLLATION_VERSION",
                    null,
                    "the servers sort text by different versions of the C library's rules: " + from + " and " + to
                            + "; indexes are built anew, but results may come in another order",
                    "nothing, unless the order of text matters to the byte"));
        }
    }

    private static void roles(
            PostgresSession source, PostgresSession target, PlacedDatabase database, List<Finding> findings)
            throws SQLException {
        List<String> mentioned = new ArrayList<>(source.list(PostgresRoles.MENTIONED, row -> row.getString(1)));
        mentioned.removeAll(List.of(
                database.server().admin().user(),
                database.server().replication().user(),
                database.owner().user()));
        findings.addAll(target.list(
                "SELECT rolname FROM pg_roles WHERE rolname = ANY (?)",
                row -> new Finding(
                        Finding.Severity.WARNING,
                        "ROLE_EXISTS_ON_TARGET",
                        row.getString(1),
                        "the target server already has a role of this name, which gets the rights it has here",
                        "rename one of the two if they do not mean the same"),
                (Object) mentioned.toArray(String[]::new)));
    }
}
