package io.godwit.launcher.demo.engine.postgresql;

import io.godwit.launcher.demo.check.LedgerReader;
import io.godwit.launcher.demo.load.DatabaseConnection;
import io.godwit.launcher.demo.load.Holdings;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.function.LongConsumer;

/** Reads the shop's ledger through a cursor, so that its size does not matter. */
final class PostgresLedgerReader implements LedgerReader {
    private static final int FETCH = 5_000;
    private static final String FULL_STOCK = "1000000";

    private final Connection connection;

    private PostgresLedgerReader(Connection connection) {
        this.connection = connection;
    }

    static PostgresLedgerReader open(DatabaseConnection database) {
        try {
            Connection connection = PostgresSessions.open(database, "godwit-demo-check");
            // The driver uses a cursor only inside a transaction.
            connection.setAutoCommit(false);
            return new PostgresLedgerReader(connection);
        } catch (SQLException e) {
            throw new DemoDatabaseException("open " + database + " for the check", e);
        }
    }

    @Override
    public void entries(int client, LongConsumer sequences) {
        read("SELECT sequence FROM ledger WHERE client = ? ORDER BY id", client, sequences);
    }

    @Override
    public void audited(int client, LongConsumer sequences) {
        read("SELECT sequence FROM audit.ledger_log WHERE client = ?", client, sequences);
    }

    @Override
    public Holdings holdings(int client) {
        long[] values = new long[2];
        read("SELECT balance FROM accounts WHERE client = ?", client, balance -> values[0] = balance);
        read("SELECT ticks FROM accounts WHERE client = ?", client, ticks -> values[1] = ticks);
        return new Holdings(values[0], values[1]);
    }

    @Override
    public long sold() {
        long[] sold = new long[1];
        read("SELECT sum(" + FULL_STOCK + " - stock) FROM products WHERE ? >= 0", 0, value -> sold[0] = value);
        return sold[0];
    }

    private void read(String query, int client, LongConsumer values) {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setFetchSize(FETCH);
            statement.setInt(1, client);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    values.accept(rows.getLong(1));
                }
            }
        } catch (SQLException e) {
            throw new DemoDatabaseException("read the ledger", e);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new DemoDatabaseException("close the check's connection", e);
        }
    }
}
