package io.godwit.replication.engine.postgresql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postgresql.PGStatement;

/**
 * One connection to one database of a server, with the settings under which values read the same on every server. Used
 * by one thread at a time.
 */
final class PostgresSession implements AutoCloseable {
    /** Anything that changes how a value is written as text, and anything a tenant may have set on the database. */
    private static final String SETTINGS = """
            SET search_path = pg_catalog; SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD';
            SET IntervalStyle = 'postgres'; SET bytea_output = 'hex'; SET extra_float_digits = 1;
            SET lc_monetary = 'C'; SET xmloption = 'content'; SET quote_all_identifiers = off; SET statement_timeout = 0;
            SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET row_security = off;
            SET default_transaction_read_only = off; SET default_transaction_isolation = 'read committed';
            SET synchronous_commit = on; SET role = none""";

    /** What only a superuser may set. */
    private static final String ADMIN_SETTINGS = SETTINGS + "; SET session_replication_role = origin";

    private final Connection connection;

    private PostgresSession(Connection connection, Duration silence, String settings) throws SQLException {
        this.connection = connection;
        allowSilence(silence);
        execute(settings);
    }

    /** @param silence after how long without a byte from the server a call fails */
    static PostgresSession ofAdmin(Connection connection, Duration silence) throws SQLException {
        return new PostgresSession(connection, silence, ADMIN_SETTINGS);
    }

    /** @param silence after how long without a byte from the server a call fails */
    static PostgresSession ofDeputy(Connection connection, Duration silence) throws SQLException {
        return new PostgresSession(connection, silence, SETTINGS);
    }

    /** @param sql one or more statements; several go to the server in one round trip */
    void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    <T> List<T> list(String sql, Row<T> row, Object... parameters) throws SQLException {
        try (PreparedStatement statement = prepare(sql, parameters);
                ResultSet result = statement.executeQuery()) {
            return read(result, row);
        }
    }

    /** For a statement without parameters that this session runs again: the server parses and plans it once. */
    <T> List<T> listAgain(String sql, Row<T> row) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.unwrap(PGStatement.class).setPrepareThreshold(1);
            try (ResultSet result = statement.executeQuery()) {
                return read(result, row);
            }
        }
    }

    /**
     * Runs several statements in one round trip.
     *
     * @return the rows of each that gives any, or could
     */
    <T> List<List<T>> lists(String statements, Row<T> row) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            List<List<T>> lists = new ArrayList<>();
            boolean rows = statement.execute(statements);
            while (rows || statement.getUpdateCount() != -1) {
                if (rows) {
                    lists.add(read(statement.getResultSet(), row));
                }
                rows = statement.getMoreResults();
            }
            return lists;
        }
    }

    private static <T> List<T> read(ResultSet result, Row<T> row) throws SQLException {
        List<T> rows = new ArrayList<>();
        while (result.next()) {
            rows.add(row.read(result));
        }
        return rows;
    }

    <T> Optional<T> first(String sql, Row<T> row, Object... parameters) throws SQLException {
        try (PreparedStatement statement = prepare(sql, parameters);
                ResultSet result = statement.executeQuery()) {
            return result.next() ? Optional.of(row.read(result)) : Optional.empty();
        }
    }

    /** The only row. */
    <T> T one(String sql, Row<T> row, Object... parameters) throws SQLException {
        return first(sql, row, parameters).orElseThrow(() -> new SQLException("a query gave no row; expected one"));
    }

    boolean isTrue(String sql, Object... parameters) throws SQLException {
        return one(sql, result -> result.getBoolean(1), parameters);
    }

    PreparedStatement prepare(String sql, Object... parameters) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        try {
            for (int i = 0; i < parameters.length; i++) {
                if (parameters[i] instanceof String[] texts) {
                    statement.setArray(i + 1, connection.createArrayOf("text", texts));
                } else {
                    statement.setObject(i + 1, parameters[i]);
                }
            }
            return statement;
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }

    /** Lets the following statements work for so long without sending a byte. */
    void allowSilence(Duration silence) throws SQLException {
        connection.setNetworkTimeout(Runnable::run, Math.toIntExact(silence.toMillis()));
    }

    Connection connection() {
        return connection;
    }

    boolean isUsable() {
        try {
            return !connection.isClosed() && connection.getAutoCommit();
        } catch (SQLException _) {
            return false;
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    /**
     * Reads one row.
     *
     * @param <T> what a row becomes
     */
    @FunctionalInterface
    interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }
}
