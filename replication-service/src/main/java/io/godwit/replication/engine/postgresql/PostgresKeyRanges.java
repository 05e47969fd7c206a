package io.godwit.replication.engine.postgresql;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Cuts tables into ranges of keys with a bounded number of rows, one after the other. Safe for use by several threads. */
final class PostgresKeyRanges implements AutoCloseable {
    private final PostgresSession source;
    private final Deque<PostgresTable> tables;
    private final int rows;
    private @Nullable List<String> reached;

    PostgresKeyRanges(PostgresSession source, Collection<PostgresTable> tables, int rows) {
        this.source = source;
        this.tables = new ArrayDeque<>(tables);
        this.rows = rows;
    }

    /** @return null when all tables are done */
    synchronized @Nullable Range next() throws SQLException {
        PostgresTable table = tables.peek();
        if (table == null) {
            return null;
        }
        List<String> from = reached;
        Optional<List<String>> to = boundary(table, from);
        reached = to.orElse(null);
        if (to.isEmpty()) {
            tables.remove();
        }
        return new Range(table, from, to.orElse(null));
    }

    private Optional<List<String>> boundary(PostgresTable table, @Nullable List<String> after) throws SQLException {
        List<PostgresTable.Key> key = table.key();
        String columns =
                String.join(", ", key.stream().map(PostgresTable.Key::column).toList());
        String condition = after == null
                ? ""
                : " WHERE " + PostgresRowHashes.keyRow(key) + " > " + PostgresRowHashes.keyParameters(key);
        return source.first(
                "SELECT " + PostgresRowHashes.keyTexts(key) + " FROM ONLY " + table.name() + condition + " ORDER BY "
                        + columns + " OFFSET " + (rows - 1) + " LIMIT 1",
                row -> PostgresRowHashes.readKey(row, key.size()),
                after == null ? new Object[0] : after.toArray());
    }

    @Override
    public void close() throws SQLException {
        source.close();
    }

    /**
     * The rows of a table whose keys are greater than {@code after} and not greater than {@code to}.
     *
     * @param after null for the beginning of the table
     * @param to null for its end
     */
    record Range(
            PostgresTable table,
            @Nullable List<String> after,
            @Nullable List<String> to) {
        String condition() {
            String key = PostgresRowHashes.keyRow(table.key());
            String value = PostgresRowHashes.keyParameters(table.key());
            List<String> parts = new ArrayList<>();
            if (after != null) {
                parts.add(key + " > " + value);
            }
            if (to != null) {
                parts.add(key + " <= " + value);
            }
            return parts.isEmpty() ? "" : "WHERE " + String.join(" AND ", parts);
        }

        List<String> parameters() {
            List<String> parameters = new ArrayList<>();
            if (after != null) {
                parameters.addAll(after);
            }
            if (to != null) {
                parameters.addAll(to);
            }
            return parameters;
        }
    }
}
