package io.godwit.replication.engine.postgresql;

import io.godwit.events.Failure;
import io.godwit.replication.engine.ReplicationException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * A row per stream in a table of Godwit's own that travels with the tenant's changes: when it is seen on the other side,
 * everything committed before it is there too.
 */
final class PostgresMarker {
    static final String TABLE = PostgresNames.SCHEMA + ".marker";

    private static final Duration POLL = Duration.ofMillis(1);

    private PostgresMarker() {}

    /** Makes the schema and the table where they are missing. */
    static void prepare(PostgresSession session, String migrationId) throws SQLException {
        session.execute("BEGIN; CREATE SCHEMA IF NOT EXISTS " + PostgresNames.SCHEMA + "; COMMENT ON SCHEMA "
                + PostgresNames.SCHEMA + " IS " + PostgresNames.literal(comment(migrationId))
                + "; CREATE TABLE IF NOT EXISTS " + TABLE
                + " (stream text PRIMARY KEY, position pg_lsn NOT NULL); COMMIT");
    }

    /** How the schema says that it is Godwit's, and of which move. */
    static String comment(String migrationId) {
        return "Godwit, for " + migrationId;
    }

    /**
     * Writes the marker and commits it.
     *
     * @return a position before the marker's commit and after every commit that happened before this call
     */
    static String write(PostgresSession session, String stream) throws SQLException {
        String name = PostgresNames.literal(stream);
        // Deleting and inserting works on the other side whether it has the row or not; an update would need it. It
        // has it where somebody else inserted the row just now.
        String sql = "BEGIN; DELETE FROM " + TABLE + " WHERE stream = " + name + "; INSERT INTO " + TABLE + " SELECT "
                + name + ", pg_current_wal_insert_lsn() ON CONFLICT (stream) DO UPDATE SET position = excluded.position"
                + " RETURNING position; COMMIT";
        return session.lists(sql, row -> row.getString(1)).stream()
                .flatMap(List::stream)
                .findFirst()
                .orElseThrow(() -> new SQLException("writing the marker gave no position"));
    }

    /** The position of the newest marker that is there. */
    static String position(PostgresSession session, String stream) throws SQLException {
        return session.one(
                "SELECT position::text FROM " + TABLE + " WHERE stream = ?", row -> row.getString(1), stream);
    }

    static boolean hasArrived(PostgresSession target, String stream, String position) throws SQLException {
        return target.isTrue(
                "SELECT EXISTS (SELECT FROM " + TABLE + " WHERE stream = ? AND position >= CAST(? AS pg_lsn))",
                stream,
                position);
    }

    /** @throws ReplicationException {@code FLUSH_TIMEOUT} if the marker does not arrive in time */
    static void await(PostgresSession target, String stream, String position, Duration timeout)
            throws SQLException, InterruptedException {
        if (!arrivesWithin(timeout, target, stream, position)) {
            throw new ReplicationException(
                    "FLUSH_TIMEOUT",
                    Failure.Kind.TRANSIENT,
                    "the target has not reached position " + position + " within " + timeout);
        }
    }

    static boolean arrivesWithin(Duration timeout, PostgresSession target, String stream, String position)
            throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!hasArrived(target, stream, position)) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            Thread.sleep(POLL);
        }
        return true;
    }
}
