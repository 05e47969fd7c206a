package io.godwit.provisioning;

import static io.godwit.provisioning.ProvisioningFixture.LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.PlacedDatabase;
import io.godwit.testing.Eventually;
import io.godwit.testing.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** What a database says on a server itself, asked as the administrator. */
final class OnServer {
    private OnServer() {}

    static void run(PlacedDatabase database, String sql) throws SQLException {
        try (Connection connection = open(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static long number(PlacedDatabase database, String sql) throws SQLException {
        try (Connection connection = open(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Whether the server answers, and so. */
    static boolean answers(PlacedDatabase database, String sql, long expected) {
        try {
            return number(database, sql) == expected;
        } catch (SQLException e) {
            return false;
        }
    }

    static void awaitNumber(PlacedDatabase database, String sql, long expected) throws InterruptedException {
        Eventually.assertThat(sql, LONG, () -> assertThat(number(database, sql)).isEqualTo(expected));
    }

    private static Connection open(PlacedDatabase database) throws SQLException {
        return PostgresServer.connections().openAdmin(database.server(), database.databaseName());
    }
}
