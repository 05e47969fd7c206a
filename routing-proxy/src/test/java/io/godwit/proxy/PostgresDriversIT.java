package io.godwit.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.engines.DatabaseId;
import io.godwit.testing.Eventually;
import io.godwit.testing.PostgresServer;
import io.godwit.testing.TestSecrets;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** Ordinary clients find behind the proxy what they find at the server. */
class PostgresDriversIT {
    private static final DatabaseId ORDERS = new DatabaseId("drivers", "orders");
    private static TestProxy proxy;

    @BeforeAll
    static void start() throws SQLException, InterruptedException {
        proxy = new TestProxy();
        proxy.route(ORDERS, 1, PostgresServer.shared("a").createTenantDatabase(ORDERS));
        try (Connection connection = proxy.connect(ORDERS);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE numbers (n int PRIMARY KEY, text text)");
            statement.execute("INSERT INTO numbers SELECT n, repeat('x', n % 100) FROM generate_series(1, 5000) n");
        }
    }

    @AfterAll
    static void stop() throws SQLException {
        proxy.close();
        PostgresServer.shared("a").dropTenantDatabase(ORDERS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"simple", "extended", "extendedForPrepared", "extendedCacheEverything"})
    void everyQueryModeReadsAndWrites(String mode) throws SQLException {
        try (Connection connection = proxy.connect(ORDERS, "preferQueryMode", mode, "prepareThreshold", "1");
                PreparedStatement select = connection.prepareStatement("SELECT text FROM numbers WHERE n = ?")) {
            for (int n = 1; n < 50; n++) {
                select.setInt(1, n);
                try (ResultSet row = select.executeQuery()) {
                    assertThat(row.next()).isTrue();
                    assertThat(row.getString(1)).hasSize(n);
                }
            }
        }
    }

    @Test
    void tlsIsServedWithACertificateOfTheCa() throws SQLException {
        String[] tls = {
            "sslmode", "verify-full", "sslrootcert", TestSecrets.caCertificate().toString()
        };
        try (Connection connection = proxy.connect(ORDERS, tls)) {
            assertThat(oneLong(connection, "SELECT count(*) FROM numbers")).isEqualTo(5000);
        }
    }

    @Test
    void bigResultsComeThroughWhole() throws SQLException {
        try (Connection connection = proxy.connect(ORDERS);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT repeat('0123456789', 3000000)")) {
            assertThat(row.next()).isTrue();
            assertThat(row.getString(1)).hasSize(30_000_000);
        }
    }

    @Test
    void bigParametersComeThroughWhole() throws SQLException {
        try (Connection connection = proxy.connect(ORDERS);
                PreparedStatement statement = connection.prepareStatement("SELECT length(?::text)")) {
            statement.setString(1, "y".repeat(20_000_000));
            try (ResultSet row = statement.executeQuery()) {
                assertThat(row.next()).isTrue();
                assertThat(row.getInt(1)).isEqualTo(20_000_000);
            }
        }
    }

    @Test
    void portalsFetchInPieces() throws SQLException {
        try (Connection connection = proxy.connect(ORDERS);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.setFetchSize(100);
            int rows = 0;
            try (ResultSet row = statement.executeQuery("SELECT n FROM numbers ORDER BY n")) {
                while (row.next()) {
                    rows++;
                    assertThat(row.getInt(1)).isEqualTo(rows);
                }
            }
            assertThat(rows).isEqualTo(5000);
        }
    }

    @Test
    void batchesTellWhichStatementFailed() throws SQLException {
        try (Connection connection = proxy.connect(ORDERS);
                PreparedStatement insert = connection.prepareStatement("INSERT INTO numbers VALUES (?, 'batch')")) {
            for (int n = 10_000; n < 10_500; n++) {
                insert.setInt(1, n);
                insert.addBatch();
            }
            assertThat(insert.executeBatch()).hasSize(500);
            insert.setInt(1, 20_000);
            insert.addBatch();
            insert.setInt(1, 1);
            insert.addBatch();
            assertThatThrownBy(insert::executeBatch)
                    .isInstanceOfSatisfying(
                            BatchUpdateException.class,
                            e -> assertThat(e.getSQLState()).isEqualTo("23505"));
            assertThat(oneLong(connection, "SELECT count(*) FROM numbers WHERE n = 20000"))
                    .isZero();
            try (Statement statement = connection.createStatement()) {
                assertThat(statement.executeUpdate("DELETE FROM numbers WHERE text = 'batch'"))
                        .isEqualTo(500);
            }
        }
    }

    @Test
    void copyGoesInAndOut() throws SQLException, IOException {
        try (Connection connection = proxy.connect(ORDERS);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE copied (n int, text text)");
            StringBuilder lines = new StringBuilder();
            for (int n = 0; n < 50_000; n++) {
                lines.append(n).append("\tline ").append(n).append('\n');
            }
            var copy = connection.unwrap(PGConnection.class).getCopyAPI();
            assertThat(copy.copyIn("COPY copied FROM STDIN", new StringReader(lines.toString())))
                    .isEqualTo(50_000);
            StringWriter out = new StringWriter();
            copy.copyOut("COPY (SELECT * FROM copied ORDER BY n) TO STDOUT", out);
            assertThat(out.toString()).isEqualTo(lines.toString());
            assertThatThrownBy(() -> copy.copyIn("COPY copied FROM STDIN", new StringReader("x\ty\n")))
                    .isInstanceOf(SQLException.class);
            assertThat(oneLong(connection, "SELECT count(*) FROM copied")).isEqualTo(50_000);
        }
    }

    @Test
    void aQueryIsCancelled() throws Exception {
        try (Connection connection = proxy.connect(ORDERS);
                Statement statement = connection.createStatement()) {
            Thread.ofVirtual().start(() -> {
                try {
                    TimeUnit.MILLISECONDS.sleep(200);
                    statement.cancel();
                } catch (InterruptedException | SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThatThrownBy(() -> statement.execute("SELECT pg_sleep(60)"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57014"));
            assertThat(oneLong(connection, "SELECT 1")).isEqualTo(1);
        }
    }

    @Test
    void errorsAndNoticesAreTheServersOwn() throws SQLException {
        try (Connection connection = proxy.connect(ORDERS);
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.execute("SELECT 1/0"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("22012"));
            statement.execute("DO $$ BEGIN RAISE NOTICE 'look here'; END $$");
            assertThat(statement.getWarnings().getMessage()).isEqualTo("look here");
        }
    }

    @Test
    void notificationsArrive() throws SQLException {
        try (Connection listening = proxy.connect(ORDERS);
                Connection notifying = proxy.connect(ORDERS);
                Statement listen = listening.createStatement();
                Statement notify = notifying.createStatement()) {
            listen.execute("LISTEN news");
            notify.execute("NOTIFY news, 'hello'");
            PGNotification[] notifications =
                    listening.unwrap(PGConnection.class).getNotifications(5000);
            assertThat(notifications).extracting(PGNotification::getParameter).containsExactly("hello");
        }
    }

    @Test
    void aServerSessionThatIsKilledTakesItsClientAlongWithTheServersError() throws SQLException {
        try (Connection connection = proxy.connect(ORDERS);
                Statement statement = connection.createStatement()) {
            long pid = oneLong(connection, "SELECT pg_backend_pid()");
            PostgresServer.shared("a").execute("postgres", "SELECT pg_terminate_backend(" + pid + ", 5000)");
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 100; i++) {
                            statement.execute("SELECT pg_sleep(0.01)");
                        }
                    })
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57P01"));
        }
    }

    @Test
    void theServersSessionEndsWithTheClients() throws Exception {
        PostgresServer server = PostgresServer.shared("a");
        String running = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(61)%'";
        Connection connection = proxy.connect(ORDERS);
        Thread client = Thread.ofVirtual().start(() -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute("SELECT pg_sleep(61)");
            } catch (SQLException expected) {
                // The connection is aborted below.
            }
        });
        try (Connection admin = server.openAdmin("postgres")) {
            Eventually.await("query runs", Duration.ofSeconds(5), () -> oneLong(admin, running) == 1);
            connection.abort(Runnable::run);
            client.join();
            Eventually.await("query ends with its client", Duration.ofSeconds(5), () -> oneLong(admin, running) == 0);
        }
    }

    @Test
    void psqlWorks() throws Exception {
        List<String> output = run("psql", "-XAtc", "SELECT count(*) FROM numbers", "-c", "\\conninfo");
        assertThat(output.getFirst()).isEqualTo("5000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"simple", "extended", "prepared"})
    void pgbenchWorks(String mode) throws Exception {
        run("pgbench", "-q", "-i", "-s", "1");
        List<String> output = run("pgbench", "-c", "8", "-j", "2", "-t", "50", "-M", mode);
        assertThat(output).contains("number of transactions actually processed: 400/400");
    }

    private static List<String> run(String program, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(PostgresServer.binDirectory().resolve(program).toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PGHOST", "127.0.0.1");
        builder.environment().put("PGPORT", Integer.toString(proxy.port()));
        builder.environment().put("PGUSER", ORDERS.clientName());
        builder.environment().put("PGDATABASE", ORDERS.clientName());
        builder.environment().put("PGPASSWORD", TestProxy.PASSWORD);
        Process process = builder.start();
        List<String> output = process.inputReader().lines().toList();
        assertThat(process.waitFor()).as("%s", output).isZero();
        return output;
    }

    private static long oneLong(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            assertThat(row.next()).isTrue();
            return row.getLong(1);
        }
    }
}
