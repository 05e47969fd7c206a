package io.godwit.launcher.demo.engine.postgresql;

import io.godwit.launcher.demo.load.DatabaseConnection;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Hashes of the shop's definitions and of the rows it was filled with. The rows that clients add carry the note {@code
 * demo} or later numbers and are left out; the stock, which they change, too.
 */
final class PostgresFingerprint {
    private static final String FILLED =
            "(SELECT coalesce(min(id), 9223372036854775807) FROM orders WHERE note = 'demo')";

    private static final Map<String, String> ROWS = Map.of(
            "customers", "SELECT * FROM customers",
            "products", "SELECT id, sku, name, price, attributes FROM products",
            "orders", "SELECT * FROM orders WHERE id < " + FILLED,
            "order_items", "SELECT * FROM order_items WHERE order_id < " + FILLED,
            "payments", "SELECT * FROM payments WHERE order_id < " + FILLED);

    private static final Map<String, String> DEFINITIONS = Map.of(
            "columns",
            "SELECT concat_ws(' ', a.attrelid::regclass, a.attname, format_type(a.atttypid, a.atttypmod),"
                    + " a.attnotnull, a.attidentity, a.attgenerated, pg_get_expr(d.adbin, d.adrelid))"
                    + " FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
                    + " LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum"
                    + " WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'S')"
                    + " AND c.relnamespace IN ('public'::regnamespace, 'audit'::regnamespace)",
            "indexes",
            "SELECT indexdef FROM pg_indexes WHERE schemaname IN ('public', 'audit')",
            "constraints",
            "SELECT concat_ws(' ', conrelid::regclass, conname, convalidated, pg_get_constraintdef(oid))"
                    + " FROM pg_constraint"
                    + " WHERE connamespace IN ('public'::regnamespace, 'audit'::regnamespace)",
            "triggers",
            "SELECT concat_ws(' ', pg_get_triggerdef(t.oid), t.tgenabled)"
                    + " FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal"
                    + " AND c.relnamespace IN ('public'::regnamespace, 'audit'::regnamespace)",
            "views",
            "SELECT concat_ws(' ', viewname, definition) FROM pg_views WHERE schemaname IN ('public', 'audit')",
            "functions",
            "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'audit'::regnamespace");

    private PostgresFingerprint() {}

    static SequencedMap<String, String> of(DatabaseConnection database) {
        SequencedMap<String, String> hashes = new LinkedHashMap<>();
        try (Connection connection = PostgresSessions.open(database, "godwit-demo-fingerprint");
                Statement statement = connection.createStatement()) {
            // Rows become text below; their times must not depend on who reads them.
            statement.execute("SET TimeZone = 'UTC'");
            for (Map.Entry<String, String> rows : ROWS.entrySet()) {
                hashes.put(rows.getKey(), hash(statement, "SELECT t::text AS v FROM (" + rows.getValue() + ") t"));
            }
            for (Map.Entry<String, String> definitions : DEFINITIONS.entrySet()) {
                hashes.put(
                        definitions.getKey(), hash(statement, "SELECT t.* FROM (" + definitions.getValue() + ") t(v)"));
            }
            return hashes;
        } catch (SQLException e) {
            throw new DemoDatabaseException("take the fingerprint of " + database, e);
        }
    }

    /** A sum does not depend on the order of the rows, which differs between the servers. */
    private static String hash(Statement statement, String values) throws SQLException {
        String query = "SELECT count(*), coalesce(sum(hashtextextended(v, 0)::numeric), 0) FROM (" + values + ") h";
        try (ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1) + " rows, "
                    + row.getBigDecimal(2).toBigInteger().toString(16);
        }
    }
}
