package io.godwit.launcher.demo.engine.postgresql;

import io.godwit.launcher.demo.load.Holdings;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.SplittableRandom;

/** What a client of the shop says to the database. */
final class PostgresStatements {
    private final SplittableRandom random;
    private final int client;
    private final long customers;
    private final long products;
    private final PreparedStatement append;
    private final PreparedStatement credit;
    private final PreparedStatement takeStock;
    private final PreparedStatement order;
    private final PreparedStatement item;
    private final PreparedStatement payment;
    private final PreparedStatement tick;
    private final PreparedStatement holdings;
    private final PreparedStatement[] browse;

    PostgresStatements(Connection connection, int client) throws SQLException {
        this.client = client;
        this.random = new SplittableRandom(client);
        this.customers = size(connection, "customers");
        this.products = size(connection, "products");
        append = connection.prepareStatement(
                "INSERT INTO ledger (client, sequence, amount, payload) VALUES (?, ?, ?, repeat('x', ?))");
        credit = connection.prepareStatement("UPDATE accounts SET balance = balance + ? WHERE client = ?");
        takeStock = connection.prepareStatement("UPDATE products SET stock = stock - ? WHERE id = ?");
        order = connection.prepareStatement(
                "INSERT INTO orders (customer_id, status, note) VALUES (?, 'paid', 'demo') RETURNING id");
        item = connection.prepareStatement("INSERT INTO order_items (order_id, line, product_id, quantity, price)"
                + " SELECT ?, 1, id, ?, price FROM products WHERE id = ?");
        payment = connection.prepareStatement(
                "INSERT INTO payments (order_id, paid_on, amount) VALUES (?, current_date, ?)");
        tick = connection.prepareStatement("UPDATE accounts SET ticks = ticks + 1 WHERE client = ?");
        holdings = connection.prepareStatement("SELECT balance, ticks FROM accounts WHERE client = ?");
        browse = new PreparedStatement[] {
            connection.prepareStatement("SELECT name, orders, turnover FROM customer_turnover WHERE id = ?"),
            connection.prepareStatement("SELECT o.id, o.status, i.total, p.name FROM orders o"
                    + " JOIN order_items i ON i.order_id = o.id JOIN products p ON p.id = i.product_id"
                    + " WHERE o.customer_id = ? ORDER BY o.placed_at DESC LIMIT 20"),
            connection.prepareStatement("SELECT profile ->> 'language', profile -> 'tags' FROM customers WHERE id = ?")
        };
    }

    /** Reads by an index, whatever the size of the table. */
    private static long size(Connection connection, String table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT max(id) FROM " + table)) {
            return single(statement);
        }
    }

    void append(long sequence, int amount) throws SQLException {
        append.setInt(1, client);
        append.setLong(2, sequence);
        append.setInt(3, amount);
        append.setInt(4, random.nextInt(200));
        change(append);
    }

    void credit(int amount) throws SQLException {
        credit.setLong(1, amount);
        credit.setInt(2, client);
        change(credit);
    }

    void order(int amount) throws SQLException {
        long product = 1 + random.nextLong(products);
        takeStock.setLong(1, amount);
        takeStock.setLong(2, product);
        change(takeStock);
        order.setLong(1, 1 + random.nextLong(customers));
        long id = single(order);
        item.setLong(1, id);
        item.setInt(2, amount);
        item.setLong(3, product);
        change(item);
        payment.setLong(1, id);
        payment.setLong(2, amount);
        change(payment);
    }

    void tick() throws SQLException {
        tick.setInt(1, client);
        change(tick);
    }

    Holdings holdings() throws SQLException {
        holdings.setInt(1, client);
        try (ResultSet row = holdings.executeQuery()) {
            if (!row.next()) {
                throw new SQLException("account of client " + client + " is gone");
            }
            return new Holdings(row.getLong(1), row.getLong(2));
        }
    }

    void browse() throws SQLException {
        PreparedStatement statement = browse[random.nextInt(browse.length)];
        statement.setLong(1, 1 + random.nextLong(customers));
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                rows.getString(1);
            }
        }
    }

    private static void change(PreparedStatement statement) throws SQLException {
        int rows = statement.executeUpdate();
        if (rows != 1) {
            throw new SQLException("a write changed " + rows + " rows; expected 1");
        }
    }

    private static long single(PreparedStatement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery()) {
            if (!row.next()) {
                throw new SQLException("a query answered nothing; expected one row");
            }
            return row.getLong(1);
        }
    }
}
