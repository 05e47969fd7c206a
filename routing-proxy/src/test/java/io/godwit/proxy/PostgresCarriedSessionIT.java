package io.godwit.proxy;

import static io.godwit.proxy.ClientSql.execute;
import static io.godwit.proxy.ClientSql.oneLong;
import static io.godwit.proxy.ClientSql.oneText;
import static io.godwit.proxy.TwoServers.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/** What a session has on its server is the same on the next one, and its client does nothing for it. */
class PostgresCarriedSessionIT {
    private TwoServers servers;

    @BeforeEach
    void start() throws SQLException, InterruptedException {
        servers = new TwoServers();
    }

    @AfterEach
    void stop() throws SQLException {
        servers.close();
    }

    @Test
    void settingsRolePreparedStatementsAndListensGoAlong() throws Exception {
        // So that the type has another OID on either server.
        TwoServers.on(servers.target(), "CREATE TABLE earlier (a int)");
        servers.onBoth(
                "CREATE SCHEMA \"Odd \"\" schema\"",
                "CREATE TYPE mood AS ENUM ('sad', 'glad')",
                "CREATE TABLE feelings (m mood)");
        servers.onBothServers("CREATE ROLE lesser", "GRANT lesser TO " + ORDERS.clientName());
        try (Connection connection = servers.connect("prepareThreshold", "1", "ApplicationName", "it");
                PreparedStatement parsed = connection.prepareStatement("SELECT ?::int + 1, current_database()");
                PreparedStatement felt = connection.prepareStatement("SELECT count(*) FROM feelings WHERE m = ?")) {
            felt.setObject(1, "glad", Types.OTHER);
            felt.executeQuery().close();
            felt.executeQuery().close();
            parsed.setInt(1, 1);
            parsed.executeQuery().close();
            parsed.executeQuery().close();
            execute(
                    connection,
                    "SET search_path TO \"Odd \"\" schema\", public",
                    "SET work_mem = '7MB'",
                    "SET app.tenant_id = 'O''Reilly \\ ü'",
                    "SELECT set_config('app.region', 'eu', false)",
                    "SET DateStyle = 'ISO, DMY'",
                    "PREPARE \"by \"\" sql\" (int) AS SELECT $1 * 2",
                    "PREPARE typed (public.mood) AS SELECT $1::text",
                    "LISTEN \"Odd \"\" channel\"",
                    "SET ROLE lesser");
            servers.move(1, 2, servers.target());
            assertThat(oneText(connection, "SHOW search_path")).isEqualTo("\"Odd \"\" schema\", public");
            assertThat(oneText(connection, "SHOW work_mem")).isEqualTo("7MB");
            assertThat(oneText(connection, "SHOW app.tenant_id")).isEqualTo("O'Reilly \\ ü");
            assertThat(oneText(connection, "SHOW app.region")).isEqualTo("eu");
            assertThat(oneText(connection, "SHOW DateStyle")).isEqualTo("ISO, DMY");
            assertThat(oneText(connection, "SHOW application_name")).isEqualTo("it");
            assertThat(oneText(connection, "SELECT current_user")).isEqualTo("lesser");
            assertThat(oneText(connection, "EXECUTE \"by \"\" sql\" (21)")).isEqualTo("42");
            assertThat(oneText(connection, "EXECUTE typed ('glad')")).isEqualTo("glad");
            parsed.setInt(1, 41);
            try (ResultSet row = parsed.executeQuery()) {
                assertThat(row.next()).isTrue();
                assertThat(row.getInt(1)).isEqualTo(42);
            }
            execute(connection, "RESET ROLE");
            felt.setObject(1, "sad", Types.OTHER);
            felt.executeQuery().close();
            assertThat(oneLong(connection, "SELECT inet_server_port()"))
                    .isEqualTo(servers.target().server().address().port());
            TwoServers.on(servers.target(), "NOTIFY \"Odd \"\" channel\", 'over here'");
            assertThat(connection.unwrap(PGConnection.class).getNotifications(5000))
                    .singleElement()
                    .satisfies(notification ->
                            assertThat(notification.getParameter()).isEqualTo("over here"));
        } finally {
            servers.onBothServers("DROP ROLE lesser");
        }
    }

    @Test
    void whatCameWithAPreparedStatementIsNotRunAgain() throws Exception {
        servers.onBoth("CREATE TABLE written (n int)");
        try (Connection connection = servers.connect("preferQueryMode", "simple")) {
            execute(
                    connection,
                    "INSERT INTO written VALUES (1); PREPARE reads AS SELECT count(*) FROM written;"
                            + " PREPARE \"Other\" (int) AS SELECT ';' || $1; INSERT INTO written VALUES (2)");
            assertThat(oneLong(connection, "EXECUTE reads")).isEqualTo(2);
            servers.move(1, 2, servers.target());
            // Nothing replicates here: what is in the target's table was put there by the move.
            assertThat(oneLong(connection, "EXECUTE reads")).isZero();
            assertThat(oneText(connection, "EXECUTE \"Other\" (3)")).isEqualTo(";3");
        }
    }
}
