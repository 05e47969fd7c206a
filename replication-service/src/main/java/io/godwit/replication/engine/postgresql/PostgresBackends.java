package io.godwit.replication.engine.postgresql;

import io.godwit.events.Failure;
import io.godwit.replication.engine.ReplicationException;
import java.sql.SQLException;
import java.time.Duration;

/** Finds and ends the server processes that work for one move. */
final class PostgresBackends {
    private static final Duration GONE = Duration.ofSeconds(5);

    private PostgresBackends() {}

    /** What the move's own long-running sessions call themselves, so that a later step can end them. */
    static String applicationName(String migrationId) {
        return "godwit " + migrationId;
    }

    static void claim(PostgresSession session, String migrationId) throws SQLException {
        session.execute("SET application_name = " + PostgresNames.literal(applicationName(migrationId)));
    }

    /**
     * Ends what an interrupted step of the move left running in the session's database. Closing a connection alone does
     * not end, for example, the building of an index.
     */
    static void endAll(PostgresSession session, String migrationId) throws SQLException, InterruptedException {
        endNamed(session, applicationName(migrationId));
    }

    /**
     * Changes who is let in, in a session that {@link #endDeeds} finds: what was sent may still be on its way to the
     * server when the step has been given up, and would undo what takes it back.
     */
    static void deed(PostgresSession session, String migrationId, Deed deed) throws SQLException, InterruptedException {
        session.execute("SET application_name = " + PostgresNames.literal(deedName(migrationId)));
        deed.in(session);
        session.execute("RESET application_name");
    }

    /**
     * Ends the sessions of deeds that were given up. To be called before one is taken back.
     *
     * @throws ReplicationException {@code DEED_REMAINS} if one has not ended in time
     */
    static void endDeeds(PostgresSession session, String migrationId) throws SQLException, InterruptedException {
        if (!endNamed(session, deedName(migrationId))) {
            throw new ReplicationException(
                    "DEED_REMAINS",
                    Failure.Kind.TRANSIENT,
                    "what was begun to change who is let in has not ended within " + GONE + " after it was told to");
        }
    }

    private static String deedName(String migrationId) {
        return "godwit access " + migrationId;
    }

    /** @return whether they are gone */
    private static boolean endNamed(PostgresSession session, String name) throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + GONE.toNanos();
        while (session.one("""
                        SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                        WHERE datname = current_database() AND application_name = ? AND pid <> pg_backend_pid()""", row -> row.getLong(1), name) > 0) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            Thread.sleep(10);
        }
        return true;
    }

    /** What changes who is let in. */
    @FunctionalInterface
    interface Deed {
        void in(PostgresSession session) throws SQLException, InterruptedException;
    }
}
