package io.godwit.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.Login;
import io.godwit.engines.PlacedDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PostgresServerIT {
    private static final PostgresServer server = PostgresServer.shared("fixture");

    @Test
    void speaksTlsAndReplicatesLogically() throws SQLException {
        try (Connection connection = server.openAdmin("postgres")) {
            assertThat(value(connection, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"))
                    .isEqualTo("t");
            assertThat(value(connection, "SHOW wal_level")).isEqualTo("logical");
            assertThat(value(connection, "SHOW data_checksums")).isEqualTo("on");
        }
    }

    @Test
    void aTenantsDatabaseIsOpenToItsOwnerOnly() throws SQLException {
        PlacedDatabase acme = server.createTenantDatabase(new DatabaseId("acme", "orders"));
        PlacedDatabase rival = server.createTenantDatabase(new DatabaseId("rival", "orders"));

        try (Connection connection = PostgresServer.openOwner(acme)) {
            assertThat(value(connection, "SELECT current_database()")).isEqualTo("orders__acme");
        }
        PlacedDatabase intrusion = new PlacedDatabase(acme.server(), acme.databaseName(), rival.owner());
        assertThatThrownBy(() -> PostgresServer.openOwner(intrusion))
                .isInstanceOf(SQLException.class)
                .extracting(e -> ((SQLException) e).getSQLState())
                .isEqualTo("42501");
        server.dropTenantDatabase(new DatabaseId("rival", "orders"));
        server.dropTenantDatabase(new DatabaseId("acme", "orders"));
    }

    @Test
    void aWrongPasswordIsRefused() throws SQLException {
        PlacedDatabase acme = server.createTenantDatabase(new DatabaseId("acme", "wrong"));
        Login wrong = new Login(acme.owner().user(), TestSecrets.sealer().seal("not the password"));

        assertThatThrownBy(
                        () -> PostgresServer.openOwner(new PlacedDatabase(acme.server(), acme.databaseName(), wrong)))
                .isInstanceOf(SQLException.class)
                .extracting(e -> ((SQLException) e).getSQLState())
                .isEqualTo("28P01");
    }

    @Test
    void comesBackWithItsDataAfterACrash() throws SQLException {
        server.execute("postgres", "CREATE TABLE kept AS SELECT 42 AS answer");

        server.process().kill();
        assertThat(server.process().running()).isEmpty();
        server.process().start();
        server.process().awaitReady(Duration.ofSeconds(60));

        try (Connection connection = server.openAdmin("postgres")) {
            assertThat(value(connection, "SELECT answer FROM kept")).isEqualTo("42");
        }
    }

    @Test
    void aServicesSchemaIsEmptiedForTheNextTest() throws SQLException {
        ServicesDatabase.Schema first = ServicesDatabase.emptySchema("orchestrator");
        try (Connection connection = open(first)) {
            connection.createStatement().execute("CREATE TABLE migration (id text)");
            assertThat(value(connection, "SELECT current_schema()")).isEqualTo("orchestrator");
        }

        ServicesDatabase.Schema second = ServicesDatabase.emptySchema("orchestrator");
        try (Connection connection = open(second)) {
            assertThat(value(connection, "SELECT count(*) FROM pg_tables WHERE schemaname = 'orchestrator'"))
                    .isEqualTo("0");
        }
    }

    private static Connection open(ServicesDatabase.Schema schema) throws SQLException {
        return DriverManager.getConnection(schema.url(), schema.user(), schema.password());
    }

    private static String value(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            assertThat(result.next()).isTrue();
            return result.getString(1);
        }
    }
}
