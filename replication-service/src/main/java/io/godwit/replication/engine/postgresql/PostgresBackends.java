package io.godwit.replication.engine.postgresql;

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
        long deadline = System.nanoTime() + GONE.toNanos();
        while (session.one("""
                        SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                        WHERE datname = current_database() AND application_name = ? AND pid <> pg_backend_pid()""", row -> row.getLong(1), applicationName(migrationId)) > 0) {
            if (System.nanoTime() > deadline) {
                return;
            }
            Thread.sleep(10);
        }
    }
}
