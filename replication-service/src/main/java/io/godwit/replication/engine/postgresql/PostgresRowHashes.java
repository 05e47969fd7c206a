package io.godwit.replication.engine.postgresql;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Hashes of rows, computed by the servers from the rows' text, which is the same on both for equal rows. */
final class PostgresRowHashes {
    /** A row's alias that no column has as its name: a column would be taken instead of the row. */
    private static final String ROW = "godwit_whole_row";

    private static final int SECOND_SEED = 7919;

    private PostgresRowHashes() {}

    /** A table's key as SQL: {@code ROW("a", "b")}. */
    static String keyRow(List<PostgresTable.Key> key) {
        return key.stream().map(PostgresTable.Key::column).collect(Collectors.joining(", ", "ROW(", ")"));
    }

    /** Placeholders for a key's values: {@code ROW(CAST(? AS integer), …)}. */
    static String keyParameters(List<PostgresTable.Key> key) {
        return key.stream()
                .map(part -> "CAST(? AS " + part.type() + ")")
                .collect(Collectors.joining(", ", "ROW(", ")"));
    }

    /** The key's values as text. They get names of their own, or ORDER BY would take them for the columns. */
    static String keyTexts(List<PostgresTable.Key> key) {
        return IntStream.range(0, key.size())
                .mapToObj(i -> key.get(i).column() + "::text AS godwit_key_" + i)
                .collect(Collectors.joining(", "));
    }

    static List<String> readKey(ResultSet row, int columns) throws SQLException {
        List<String> key = new ArrayList<>(columns);
        for (int i = 1; i <= columns; i++) {
            key.add(row.getString(i));
        }
        return List.copyOf(key);
    }

    static Totals totals(PostgresSession session, String table) throws SQLException {
        return totals(session, table, "", List.of());
    }

    /** @param condition begins with {@code WHERE}, or is empty */
    static Totals totals(PostgresSession session, String table, String condition, List<String> parameters)
            throws SQLException {
        // OFFSET 0 keeps the planner from writing the row's text out twice, once for each hash.
        return session.one(
                "SELECT count(*), coalesce(sum(hashtextextended(t, 0)), 0), coalesce(sum(hashtextextended(t, "
                        + SECOND_SEED + ")), 0) FROM (SELECT " + ROW + "::text AS t FROM ONLY " + table + " " + ROW
                        + " "
                        + condition + " OFFSET 0) s",
                row -> new Totals(row.getLong(1), row.getBigDecimal(2), row.getBigDecimal(3)),
                parameters.toArray());
    }

    /** The hash of every row by its key. */
    static Map<List<String>, Long> byKey(
            PostgresSession session,
            String table,
            List<PostgresTable.Key> key,
            String condition,
            List<String> parameters)
            throws SQLException {
        Map<List<String>, Long> hashes = new HashMap<>();
        session.list(
                "SELECT " + keyTexts(key) + ", hashtextextended(" + ROW + "::text, 0) FROM ONLY " + table + " " + ROW
                        + " " + condition,
                row -> hashes.put(readKey(row, key.size()), row.getLong(key.size() + 1)),
                parameters.toArray());
        return hashes;
    }

    /** The hashes of certain rows. */
    static Map<List<String>, Long> ofKeys(
            PostgresSession session, String table, List<PostgresTable.Key> key, List<List<String>> keys)
            throws SQLException {
        Object[] arrays = new Object[key.size()];
        List<String> casts = new ArrayList<>();
        for (int i = 0; i < key.size(); i++) {
            int column = i;
            arrays[i] = keys.stream().map(values -> values.get(column)).toArray(String[]::new);
            casts.add("CAST(k" + i + " AS " + key.get(i).type() + ")");
        }
        String names = IntStream.range(0, key.size()).mapToObj(i -> "k" + i).collect(Collectors.joining(", "));
        String unnest = key.stream().map(_ -> "?::text[]").collect(Collectors.joining(", "));
        Map<List<String>, Long> hashes = new HashMap<>();
        session.list(
                "SELECT " + keyTexts(key) + ", hashtextextended(" + ROW + "::text, 0) FROM ONLY " + table + " " + ROW
                        + " WHERE ("
                        + key.stream().map(PostgresTable.Key::column).collect(Collectors.joining(", "))
                        + ") IN (SELECT " + String.join(", ", casts) + " FROM unnest(" + unnest + ") godwit_keys ("
                        + names + "))",
                row -> hashes.put(readKey(row, key.size()), row.getLong(key.size() + 1)),
                arrays);
        return hashes;
    }

    /** How many rows have each hash, in the order of the hashes; {@code hash} and {@code copies}. */
    static String countsSql(String table, boolean onlyGiven) {
        return "SELECT hash, count(*) AS copies FROM (SELECT hashtextextended(" + ROW + "::text, 0) AS hash FROM ONLY "
                + table + " " + ROW + " OFFSET 0) s" + (onlyGiven ? " WHERE hash = ANY (?)" : "")
                + " GROUP BY hash ORDER BY hash";
    }

    /** Sums over rows in any order. */
    record Totals(long rows, BigDecimal first, BigDecimal second) {
        static final Totals NONE = new Totals(0, BigDecimal.ZERO, BigDecimal.ZERO);

        Totals plus(Totals other) {
            return new Totals(rows + other.rows, first.add(other.first), second.add(other.second));
        }
    }
}
