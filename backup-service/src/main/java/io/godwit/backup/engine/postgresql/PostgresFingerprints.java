package io.godwit.backup.engine.postgresql;

import io.godwit.backup.engine.TableFingerprint;
import io.godwit.backup.tool.ToolProcess;
import io.godwit.engines.ServerAccess;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Counts and hashes the rows of every table, as {@code COPY} writes them under fixed settings. A query of a table would
 * evaluate what a tenant wrote, in casts or in the constant parts of indexes, with the administrator's rights; {@code COPY}
 * plans nothing and writes what is stored. Generated columns are not part of it, as they are none of an archive.
 */
final class PostgresFingerprints {
    /** Holds Godwit's own marks in a tenant's database; no part of its contents. */
    static final String OWN_SCHEMA = "godwit";

    /** Tells these hashes from those of earlier versions, which hashed rows in another form. */
    private static final String METHOD = "copy:";

    private static final String END_OF_TABLE =
            "\\echo '" + PostgresRowHashes.END_OF_TABLE.replace("\\", "\\\\") + "'\n";

    private static final String TABLES = """
            SELECT format('%I.%I', n.nspname, c.relname)
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind = 'r'
              AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'godwit')
              AND n.nspname NOT LIKE 'pg\\_%'
              AND NOT EXISTS (SELECT FROM pg_depend d
                              WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
            ORDER BY 1
            """;

    /**
     * What the text form of values depends on and what ends a long reading, as a tenant may have set it on his database.
     */
    private static final String SETTINGS = """
            SET search_path = pg_catalog;
            SET role = none;
            SET client_encoding = 'UTF8';
            SET DateStyle = 'ISO, YMD';
            SET IntervalStyle = 'postgres';
            SET TimeZone = 'UTC';
            SET extra_float_digits = 1;
            SET bytea_output = 'hex';
            SET xmloption = 'content';
            SET lc_monetary = 'C';
            SET row_security = off;
            SET idle_in_transaction_session_timeout = 0;
            SET statement_timeout = 0;
            SELECT :SERVER_VERSION_NUM >= 170000 AS ends_transactions \\gset
            \\if :ends_transactions
                SET transaction_timeout = 0;
            \\endif
            """;

    private PostgresFingerprints() {}

    /** The qualified, quoted names of all tables with contents of the tenant's. */
    static List<String> tables(Connection connection) throws SQLException {
        List<String> tables = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(TABLES)) {
            while (rows.next()) {
                tables.add(rows.getString(1));
            }
        }
        return tables;
    }

    /** Of the rows as they are now. */
    static List<TableFingerprint> take(PostgresTools tools, ServerAccess server, String database, List<String> tables)
            throws InterruptedException {
        return take(tools, server, database, tables, "", _ -> {});
    }

    /**
     * Of the rows as a snapshot has them.
     *
     * @param snapshot an exported one, whose transaction has locked the tables
     * @param onStart told of the program that reads, which may be killed
     */
    static List<TableFingerprint> takeOf(
            String snapshot,
            PostgresTools tools,
            ServerAccess server,
            String database,
            List<String> tables,
            Consumer<ToolProcess> onStart)
            throws InterruptedException {
        String entry = "SET TRANSACTION SNAPSHOT '" + snapshot + "';\n";
        if (!tables.isEmpty()) {
            // All at once and first of all, so that nobody can come between one table and the next.
            entry += "SET LOCAL lock_timeout = " + PostgresSnapshot.LOCK_WAIT.toMillis() + ";\n"
                    + PostgresSnapshot.lockSql(tables) + ";\n";
        }
        return take(tools, server, database, tables, entry, onStart);
    }

    private static List<TableFingerprint> take(
            PostgresTools tools,
            ServerAccess server,
            String database,
            List<String> tables,
            String entry,
            Consumer<ToolProcess> onStart)
            throws InterruptedException {
        List<PostgresRowHashes.Counted> counted =
                tools.hashRows(server, database, script(tables, entry), tables.size(), onStart);
        List<TableFingerprint> fingerprints = new ArrayList<>();
        for (int i = 0; i < tables.size(); i++) {
            PostgresRowHashes.Counted rows = counted.get(i);
            fingerprints.add(new TableFingerprint(tables.get(i), rows.rows(), METHOD + rows.hash()));
        }
        return List.copyOf(fingerprints);
    }

    /** @param entry what the transaction begins with */
    private static String script(List<String> tables, String entry) {
        StringBuilder script = new StringBuilder(SETTINGS);
        script.append("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;\n").append(entry);
        for (String table : tables) {
            script.append("COPY ").append(table).append(" TO STDOUT;\n").append(END_OF_TABLE);
        }
        return script.append("COMMIT;\n").toString();
    }
}
