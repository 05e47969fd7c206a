package io.godwit.launcher.demo.engine.postgresql;

import io.godwit.launcher.demo.load.DatabaseConnection;
import io.godwit.launcher.demo.load.ExchangeFailed;
import io.godwit.launcher.demo.load.Holdings;
import io.godwit.launcher.demo.load.ShopSession;
import java.sql.Connection;
import java.sql.SQLException;

/** A client of the shop. Its statements are prepared once and used over the move. */
final class PostgresClientSession implements ShopSession {
    private final Connection connection;
    private final PostgresStatements statements;
    private final PostgresSettings settings;

    private PostgresClientSession(Connection connection, PostgresStatements statements, PostgresSettings settings) {
        this.connection = connection;
        this.statements = statements;
        this.settings = settings;
    }

    static PostgresClientSession open(DatabaseConnection database, int client) {
        SessionStyle style = SessionStyle.of(client);
        PostgresSettings settings = new PostgresSettings(client, style);
        try {
            Connection connection =
                    PostgresSessions.open(database, settings.applicationName(), style.driverProperties());
            try {
                settings.apply(connection);
                return new PostgresClientSession(connection, new PostgresStatements(connection, client), settings);
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            throw new DemoDatabaseException("open a session as " + database, e);
        }
    }

    @Override
    public void append(long sequence, int amount) throws ExchangeFailed {
        exchange(() -> statements.append(sequence, amount));
    }

    @Override
    public void purchase(long sequence, int amount) throws ExchangeFailed {
        exchange(() -> inTransaction(() -> {
            statements.append(sequence, amount);
            statements.credit(amount);
            statements.order(amount);
            connection.commit();
        }));
    }

    @Override
    public void abandon(long sequence, int amount) throws ExchangeFailed {
        exchange(() -> inTransaction(() -> {
            statements.append(sequence, amount);
            connection.rollback();
        }));
    }

    @Override
    public void tick() throws ExchangeFailed {
        exchange(statements::tick);
    }

    @Override
    public Holdings holdings() throws ExchangeFailed {
        Holdings[] holdings = new Holdings[1];
        exchange(() -> holdings[0] = statements.holdings());
        return holdings[0];
    }

    @Override
    public void browse() throws ExchangeFailed {
        exchange(statements::browse);
    }

    @Override
    public boolean settingsKept() throws ExchangeFailed {
        boolean[] kept = new boolean[1];
        exchange(() -> kept[0] = settings.kept(connection));
        return kept[0];
    }

    private void inTransaction(Work work) throws SQLException {
        connection.setAutoCommit(false);
        try {
            work.run();
        } catch (SQLException e) {
            endFailedTransaction(e);
            throw e;
        }
        connection.setAutoCommit(true);
    }

    /** So that the next exchange starts afresh; where the connection is gone, the first error is the one that tells. */
    private void endFailedTransaction(SQLException first) {
        try {
            connection.rollback();
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            first.addSuppressed(e);
        }
    }

    private void exchange(Work work) throws ExchangeFailed {
        try {
            work.run();
        } catch (SQLException e) {
            throw new ExchangeFailed(e.getSQLState() + " " + e.getMessage(), isClosed(), e);
        }
    }

    private boolean isClosed() {
        try {
            return connection.isClosed();
        } catch (SQLException e) {
            return true;
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new DemoDatabaseException("close a session", e);
        }
    }

    /** Something done on the connection. */
    private interface Work {
        void run() throws SQLException;
    }
}
