package io.godwit.replication.engine.postgresql;

import io.godwit.events.Failure;
import io.godwit.replication.engine.ReplicationException;
import java.sql.SQLException;
import java.util.Optional;

/** Reads what was noted about schema changes. A database without notes is one in which none are taken. */
final class PostgresDdlNotes {
    static final String NOT_CARRIED = "DDL_NOT_CARRIED";

    private PostgresDdlNotes() {}

    /** How many changes have been committed; it never gets smaller. */
    static long count(PostgresSession session) throws SQLException {
        return count(session, "true");
    }

    /** How many of them have written a table anew, which an older snapshot then sees empty. */
    static long rewrites(PostgresSession session) throws SQLException {
        return count(session, "rewrote");
    }

    private static long count(PostgresSession session, String which) throws SQLException {
        return isTaking(session)
                ? session.one(
                        "SELECT count(*) FROM " + PostgresDdlCapture.TABLE + " WHERE " + which, row -> row.getLong(1))
                : 0;
    }

    /**
     * Makes sure that what came through the stream's source can be, and what came to its target could be, repeated.
     *
     * @param kind {@code TRANSIENT} where a new copy would have the change
     * @throws ReplicationException {@code DDL_NOT_CARRIED} naming the first that was not
     */
    static void requireCarried(PostgresSession source, PostgresSession target, Failure.Kind kind) throws SQLException {
        Optional<String> missed = isTaking(source)
                ? source.first(
                        "SELECT tag || ' of ' || coalesce(nullif(array_to_string(tables, ', '), ''), 'role ' || role)"
                                + " || ': ' || obstacle FROM " + PostgresDdlCapture.TABLE
                                + " WHERE obstacle IS NOT NULL ORDER BY ctid LIMIT 1",
                        row -> row.getString(1))
                : Optional.empty();
        if (missed.isEmpty() && isTaking(target)) {
            missed = target.first(
                    "SELECT tag || ': the target refuses it: ' || reason FROM " + PostgresNames.SCHEMA
                            + ".ddl_failure ORDER BY ctid LIMIT 1",
                    row -> row.getString(1));
        }
        if (missed.isPresent()) {
            throw new ReplicationException(
                    NOT_CARRIED,
                    kind,
                    "a change of the schema could not be carried: " + missed.get()
                            + "; expected none like it until the move has ended");
        }
    }

    private static boolean isTaking(PostgresSession session) throws SQLException {
        return session.isTrue("SELECT to_regclass(?) IS NOT NULL", PostgresDdlCapture.TABLE);
    }
}
