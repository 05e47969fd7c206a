package io.godwit.replication.engine.postgresql;

import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

/** Carries the state of sequences, which the change stream does not have. */
final class PostgresSequences {
    private static final String NAMES = "SELECT c.oid::regclass::text FROM pg_class c"
            + " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relpersistence <> 't'"
            + " AND CASE c.relkind WHEN 'S' THEN has_schema_privilege(n.oid, 'USAGE')"
            + " AND has_sequence_privilege(c.oid, 'SELECT') END AND "
            + PostgresCatalog.TENANT_SCHEMAS;

    private PostgresSequences() {}

    /** Those that the session's user may read. */
    static List<String> names(PostgresSession session) throws SQLException {
        return session.list(NAMES, row -> row.getString(1));
    }

    /** Reads each by its name, so with the tenant's rights, or when no client is there who could put a table in its place. */
    static List<State> read(PostgresSession source) throws SQLException {
        List<String> names = names(source);
        if (names.isEmpty()) {
            return List.of();
        }
        return source.list(
                names.stream()
                        .map(name -> "SELECT " + PostgresNames.literal(name) + ", last_value, is_called FROM " + name)
                        .collect(Collectors.joining(" UNION ALL ")),
                row -> new State(row.getString(1), row.getLong(2), row.getBoolean(3)));
    }

    /**
     * Sets the sequences. When this returns, they and everything the target committed before are on its disk, also what
     * the stream's worker applied, whose commits do not wait for the disk.
     */
    static void write(PostgresSession target, List<State> states) throws SQLException {
        String values = states.stream()
                .map(state -> "(" + PostgresNames.literal(state.name()) + "::regclass, " + state.lastValue()
                        + "::bigint, " + state.called() + ")")
                .collect(Collectors.joining(", "));
        target.execute("BEGIN; "
                + (states.isEmpty()
                        ? ""
                        : "SELECT count(setval(s.name, s.last_value, s.called)) FROM (VALUES " + values
                                + ") s (name, last_value, called); ")
                + "SELECT pg_logical_emit_message(true, 'godwit', ''); COMMIT");
    }

    /** @param name qualified and quoted, as SQL takes it */
    record State(String name, long lastValue, boolean called) {}
}
