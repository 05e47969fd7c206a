package io.godwit.replication.engine.postgresql;

import io.godwit.engines.PlacedDatabase;
import io.godwit.events.Failure;
import io.godwit.replication.engine.ReplicationException;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Makes statements that change the schema wait until this is closed. It is a courtesy of theirs and not a guarantee: one
 * that has waited long goes on, as do some that must not wait at all. Whoever relies on a schema that stands still asks
 * {@link PostgresDdlNotes} afterwards.
 */
final class PostgresDdlGate implements AutoCloseable {
    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final int ATTEMPTS = 20;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final PostgresSession session;

    private PostgresDdlGate(PostgresSession session) {
        this.session = session;
    }

    /**
     * Returns when no transaction is under way that has changed the schema.
     *
     * @param lockTimeout how long such a transaction may make the next one queue behind us
     * @throws ReplicationException {@code SCHEMA_BUSY} if there always was one
     */
    static PostgresDdlGate close(
            PostgresSessions sessions, PlacedDatabase database, String migrationId, Duration lockTimeout)
            throws SQLException, InterruptedException {
        PostgresSession session = sessions.open(database);
        try {
            PostgresBackends.claim(session, migrationId);
            for (int attempt = 1; !isClosed(session, lockTimeout); attempt++) {
                if (attempt == ATTEMPTS) {
                    throw new ReplicationException(
                            "SCHEMA_BUSY",
                            Failure.Kind.TRANSIENT,
                            "at each of " + ATTEMPTS + " attempts a transaction was open that had changed the schema;"
                                    + " expected a moment without");
                }
                Thread.sleep(PAUSE);
            }
            return new PostgresDdlGate(session);
        } catch (SQLException | InterruptedException | ReplicationException e) {
            session.close();
            throw e;
        }
    }

    private static boolean isClosed(PostgresSession session, Duration lockTimeout) throws SQLException {
        try {
            session.execute("BEGIN; SET LOCAL lock_timeout = " + lockTimeout.toMillis() + "; LOCK TABLE "
                    + PostgresNames.SCHEMA + ".ddl_gate IN EXCLUSIVE MODE");
            return true;
        } catch (SQLException e) {
            session.execute("ROLLBACK");
            if (!LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                throw e;
            }
            return false;
        }
    }

    /** Lets the statements go on. */
    @Override
    public void close() throws SQLException {
        session.close();
    }
}
