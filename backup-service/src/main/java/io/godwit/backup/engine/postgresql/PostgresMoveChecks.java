package io.godwit.backup.engine.postgresql;

import io.godwit.backup.engine.MoveFitness;
import io.godwit.events.Finding;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a dump does not bring, or does not bring safely, to another server. */
final class PostgresMoveChecks {
    private static final Pattern FIRST_NUMBER = Pattern.compile("\\d+");

    private static final List<Check> CHECKS = List.of(
            new Check(
                    "SUBSCRIPTION",
                    "SELECT subname FROM pg_subscription WHERE subdbid = (SELECT oid FROM pg_database"
                            + " WHERE datname = current_database()) AND NOT starts_with(subname, 'godwit_')",
                    "the database takes changes from elsewhere through a subscription, which does not move",
                    "drop the subscription before the move and make it again after"),
            new Check(
                    "PREPARED_TRANSACTION",
                    "SELECT gid FROM pg_prepared_xacts WHERE database = current_database()",
                    "a prepared transaction could be committed after the backup",
                    "COMMIT PREPARED or ROLLBACK PREPARED it"),
            new Check(
                    "SCHEMA_NAME_RESERVED",
                    "SELECT nspname FROM pg_namespace WHERE nspname = '" + PostgresFingerprints.OWN_SCHEMA + "'"
                            + " AND obj_description(oid, 'pg_namespace') IS NULL",
                    "a schema of this name is Godwit's own and is left out of backups",
                    "rename the schema"));

    private PostgresMoveChecks() {}

    /** @param dumpVersion the version line of pg_dump */
    static MoveFitness check(Connection connection, String dumpVersion) throws SQLException {
        List<Finding> findings = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            for (Check check : CHECKS) {
                findings.addAll(check.run(statement));
            }
            int server = Integer.parseInt(one(statement, "SHOW server_version_num")) / 10_000;
            if (major(dumpVersion) < server) {
                findings.add(new Finding(
                        Finding.Severity.BLOCKER,
                        "TOOL_TOO_OLD",
                        null,
                        "'" + dumpVersion + "' can't read a server of version " + server,
                        "install PostgreSQL " + server + "'s client programs beside the backup service"));
            }
            return new MoveFitness(
                    findings, Long.parseLong(one(statement, "SELECT pg_database_size(current_database())")));
        }
    }

    private static int major(String version) {
        Matcher number = FIRST_NUMBER.matcher(version);
        return number.find() ? Integer.parseInt(number.group()) : 0;
    }

    private static String one(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    private record Check(String code, String query, String message, String remedy) {
        List<Finding> run(Statement statement) throws SQLException {
            List<Finding> findings = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery(query)) {
                while (rows.next()) {
                    findings.add(new Finding(Finding.Severity.BLOCKER, code, rows.getString(1), message, remedy));
                }
            }
            return findings;
        }
    }
}
