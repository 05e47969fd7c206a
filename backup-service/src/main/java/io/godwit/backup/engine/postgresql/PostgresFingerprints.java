package io.godwit.backup.engine.postgresql;

import io.godwit.backup.engine.TableFingerprint;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Counts and hashes the rows of every table on the server. A row is hashed in its text form under fixed settings, and
 * the hashes are added up, so that neither the order of the rows nor the server's configuration matters.
 */
final class PostgresFingerprints {
    /** Holds Godwit's own marks in a tenant's database; no part of its contents. */
    static final String OWN_SCHEMA = "godwit";

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

    /** What the text form of values depends on. */
    private static final List<String> SETTINGS = List.of(
            "SET DateStyle = 'ISO, YMD'",
            "SET IntervalStyle = 'postgres'",
            "SET TimeZone = 'UTC'",
            "SET extra_float_digits = 1",
            "SET bytea_output = 'hex'",
            "SET xmloption = 'content'",
            "SET lc_monetary = 'C'",
            "SET row_security = off");

    private static final BigInteger HASHES = BigInteger.ONE.shiftLeft(64);

    private PostgresFingerprints() {}

    /** Fixes the session's settings; before the transaction whose fingerprints are taken. */
    static void prepare(Statement statement) throws SQLException {
        for (String setting : SETTINGS) {
            statement.execute(setting);
        }
    }

    /** The qualified, quoted names of all tables with contents of the tenant's. */
    static List<String> tables(Statement statement) throws SQLException {
        List<String> tables = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(TABLES)) {
            while (rows.next()) {
                tables.add(rows.getString(1));
            }
        }
        return tables;
    }

    static List<TableFingerprint> take(Connection connection) throws SQLException {
        List<TableFingerprint> fingerprints = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            for (String table : tables(statement)) {
                fingerprints.add(take(statement, table));
            }
        }
        return List.copyOf(fingerprints);
    }

    private static TableFingerprint take(Statement statement, String table) throws SQLException {
        String query = """
                SELECT count(*), coalesce(sum(('x' || encode(substr(sha256(convert_to(t::text, 'UTF8')), 1, 8), 'hex'))
                                              ::bit(64)::bigint::numeric), 0)
                FROM ONLY %s t
                """.formatted(table);
        try (ResultSet row = statement.executeQuery(query)) {
            row.next();
            BigInteger sum = row.getBigDecimal(2).toBigIntegerExact().mod(HASHES);
            return new TableFingerprint(table, row.getLong(1), "%016x".formatted(sum));
        }
    }
}
