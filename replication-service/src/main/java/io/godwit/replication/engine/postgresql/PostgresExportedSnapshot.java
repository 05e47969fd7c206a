package io.godwit.replication.engine.postgresql;

import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.postgresql.PostgresConnections;
import io.godwit.events.Failure;
import io.godwit.replication.engine.ReplicationException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.Consumer;
import org.postgresql.PGConnection;

/**
 * A new slot together with a snapshot of the database at exactly the point where the slot begins. The snapshot can be
 * taken up by other sessions until this is closed; the slot stays.
 */
final class PostgresExportedSnapshot implements AutoCloseable {
    private static final String QUERY_CANCELED = "57014";

    private final Connection connection;
    private final String snapshot;

    private PostgresExportedSnapshot(Connection connection, String snapshot) {
        this.connection = connection;
        this.snapshot = snapshot;
    }

    /**
     * @param sessions with which the wait is watched
     * @param timeout how long transactions that run already may hold up the slot
     * @param waiting told for what, while it is waited for
     */
    static PostgresExportedSnapshot create(
            PostgresConnections connections,
            PostgresSessions sessions,
            PlacedDatabase database,
            String slot,
            Duration timeout,
            Consumer<String> waiting)
            throws SQLException {
        Connection connection = connections.openReplication(database.server(), database.databaseName());
        int pid = connection.unwrap(PGConnection.class).getBackendPID();
        PostgresSlotWait wait = PostgresSlotWait.watch(sessions, database, pid, waiting);
        try (wait;
                Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(Math.toIntExact(timeout.toSeconds()));
            // The short form since version 15 and the long one before it mean the same; all versions take the long one.
            try (ResultSet result = statement.executeQuery(
                    "CREATE_REPLICATION_SLOT " + PostgresNames.quoted(slot) + " LOGICAL pgoutput EXPORT_SNAPSHOT")) {
                result.next();
                return new PostgresExportedSnapshot(connection, result.getString("snapshot_name"));
            }
        } catch (SQLException e) {
            connection.close();
            throw asNotReady(e, timeout, wait.last());
        }
    }

    /**
     * @param awaited the transactions, for people; empty if they are not known
     * @return {@code e} itself if it is not the end of waiting for transactions
     * @throws ReplicationException {@code SLOT_NOT_READY} if it is
     */
    static SQLException asNotReady(SQLException e, Duration timeout, String awaited) {
        if (QUERY_CANCELED.equals(e.getSQLState())) {
            throw new ReplicationException(
                    "SLOT_NOT_READY",
                    Failure.Kind.TRANSIENT,
                    "transactions that began earlier kept a change stream from starting for " + timeout
                            + "; expected them to end" + (awaited.isEmpty() ? "" : ": " + awaited),
                    e);
        }
        return e;
    }

    /** Begins a transaction that sees the database as it is in this snapshot. */
    void enter(PostgresSession session) throws SQLException {
        session.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET TRANSACTION SNAPSHOT "
                + PostgresNames.literal(snapshot));
    }

    String name() {
        return snapshot;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
