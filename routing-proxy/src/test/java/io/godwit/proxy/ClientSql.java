package io.godwit.proxy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Single statements over a client's connection. */
final class ClientSql {
    private ClientSql() {}

    static void execute(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** @return the first column of the only row */
    static String oneText(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            if (!row.next()) {
                throw new AssertionError("no row from: " + sql);
            }
            return row.getString(1);
        }
    }

    static long oneLong(Connection connection, String sql) throws SQLException {
        return Long.parseLong(oneText(connection, sql));
    }
}
