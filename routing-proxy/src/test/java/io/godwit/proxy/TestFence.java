package io.godwit.proxy;

import static io.godwit.proxy.TwoServers.ORDERS;

import io.godwit.engines.PlacedDatabase;
import io.godwit.testing.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Closes a server to everybody of its database in as little time as that takes the server, as the service that fences
 * does: connects ahead, and takes sessions for ended that were told to end and run nothing, although their processes may
 * still be there.
 */
final class TestFence implements AutoCloseable {
    /** Tells them to end, too. */
    static final String REMAINING = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '"
            + ORDERS.clientName() + "'";

    private static final String AT_WORK =
            REMAINING + " AND (state = 'idle' AND (wait_event = 'ClientRead' OR xact_start IS NOT NULL)) IS NOT TRUE";
    private static final Duration PACE = Duration.ofMillis(1);
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Connection admin;
    private final String owner;

    TestFence(PostgresServer server, PlacedDatabase database) throws SQLException {
        this.admin = server.openAdmin("postgres");
        this.owner = database.owner().user();
    }

    void raise() throws SQLException {
        long begun = System.nanoTime();
        ClientSql.execute(admin, "ALTER ROLE " + owner + " NOLOGIN");
        // The look after the first word to them goes in the same round trip, in a transaction of its own.
        while (lastNumber("BEGIN; " + REMAINING + "; COMMIT; " + AT_WORK) > 0) {
            if (System.nanoTime() - begun > LIMIT.toNanos()) {
                throw new AssertionError("sessions remain after " + LIMIT);
            }
            LockSupport.parkNanos(PACE.toNanos());
        }
    }

    private long lastNumber(String statements) throws SQLException {
        try (Statement statement = admin.createStatement()) {
            long last = -1;
            boolean rows = statement.execute(statements);
            while (rows || statement.getUpdateCount() != -1) {
                if (rows) {
                    ResultSet result = statement.getResultSet();
                    result.next();
                    last = result.getLong(1);
                }
                rows = statement.getMoreResults();
            }
            return last;
        }
    }

    void lower() throws SQLException {
        ClientSql.execute(admin, "ALTER ROLE " + owner + " LOGIN");
    }

    @Override
    public void close() throws SQLException {
        admin.close();
    }
}
