package io.godwit.provisioning.engine.postgresql;

import io.godwit.engines.ServerAccess;
import io.godwit.engines.postgresql.PostgresConnections;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Component;

/** Runs work in administrator sessions in which nothing waits for ever. */
@Component
class PostgresSessions {
    /** The database that every server has and no tenant owns. */
    static final String MAINTENANCE = "postgres";

    static final Duration STATEMENT_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(10);
    /** Longer than any statement: only a server or network that is gone meets it. */
    private static final Duration NETWORK_TIMEOUT = STATEMENT_TIMEOUT.plusSeconds(5);

    private final PostgresConnections connections;

    PostgresSessions(PostgresConnections connections) {
        this.connections = connections;
    }

    /** Work in one session. */
    @FunctionalInterface
    interface Work<T> {
        T in(Connection connection) throws SQLException;
    }

    /** Work in one session that has no result. */
    @FunctionalInterface
    interface Action {
        void in(Connection connection) throws SQLException;
    }

    <T> T call(ServerAccess server, String database, Work<T> work) {
        return call(server, database, STATEMENT_TIMEOUT, work);
    }

    <T> T call(ServerAccess server, String database, Duration statementTimeout, Work<T> work) {
        try (Connection connection = connections.openAdmin(server, database)) {
            connection.setNetworkTimeout(Runnable::run, Math.toIntExact(NETWORK_TIMEOUT.toMillis()));
            execute(
                    connection,
                    "SET statement_timeout = " + statementTimeout.toMillis(),
                    "SET lock_timeout = " + LOCK_TIMEOUT.toMillis(),
                    "SET search_path = pg_catalog");
            return work.in(connection);
        } catch (SQLException e) {
            throw PostgresFailures.of(server, e);
        }
    }

    void run(ServerAccess server, String database, Action action) {
        call(server, database, connection -> {
            action.in(connection);
            return true;
        });
    }

    /** All or nothing: a session that ends without a commit leaves nothing. */
    void runInTransaction(ServerAccess server, String database, Action action) {
        run(server, database, connection -> {
            connection.setAutoCommit(false);
            action.in(connection);
            connection.commit();
        });
    }

    static void execute(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** @return the first column as text */
    static List<String> list(Connection connection, String sql, String... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            List<String> rows = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    rows.add(row.getString(1));
                }
            }
            return rows;
        }
    }
}
