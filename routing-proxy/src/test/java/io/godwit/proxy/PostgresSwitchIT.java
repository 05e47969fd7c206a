package io.godwit.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.events.ProxyCommand;
import io.godwit.events.ProxyCommand.OnDrainTimeout;
import io.godwit.events.ProxyEvent.DrainCompleted;
import io.godwit.events.ProxyEvent.DrainTimedOut;
import io.godwit.events.ProxyEvent.HoldExpired;
import io.godwit.events.ProxyEvent.PinnedSession;
import io.godwit.events.ProxyEvent.TrafficHeld;
import io.godwit.events.ProxyEvent.TrafficReleased;
import io.godwit.testing.Eventually;
import io.godwit.testing.PostgresServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/** Sessions go over to another server, or stay, as the gate's commands say, and their clients see nothing of it. */
class PostgresSwitchIT {
    private static final DatabaseId ORDERS = new DatabaseId("switch", "orders");
    private static final DatabaseId NEIGHBOUR = new DatabaseId("neighbour", "orders");
    private static final Duration DRAIN = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(500);

    private final PostgresServer a = PostgresServer.shared("a");
    private final PostgresServer b = PostgresServer.shared("b");
    private TestProxy proxy;
    private PlacedDatabase source;
    private PlacedDatabase target;

    @BeforeEach
    void start() throws SQLException, InterruptedException {
        proxy = new TestProxy();
        source = a.createTenantDatabase(ORDERS);
        target = b.createTenantDatabase(ORDERS);
        proxy.route(ORDERS, 1, source);
        for (PlacedDatabase database : List.of(source, target)) {
            try (Connection connection = PostgresServer.openOwner(database);
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE written (client int, n int, PRIMARY KEY (client, n))");
            }
        }
    }

    @AfterEach
    void stop() throws SQLException {
        proxy.close();
        a.dropTenantDatabase(ORDERS);
        b.dropTenantDatabase(ORDERS);
    }

    @Test
    void acknowledgedWritesOfSixteenClientsAreOnTheTargetExactlyOnce() throws Exception {
        proxy.route(NEIGHBOUR, 1, a.createTenantDatabase(NEIGHBOUR));
        List<Writer> writers = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            writers.add(new Writer(i));
        }
        Neighbour neighbour = new Neighbour();
        Eventually.await(
                "all write",
                Duration.ofSeconds(20),
                () -> writers.stream().allMatch(writer -> writer.acknowledged.get() > 20));
        proxy.arm(ORDERS, 1, target);
        proxy.hold(ORDERS, 1, 1, DRAIN, OnDrainTimeout.ABORT);
        DrainCompleted drained = proxy.await(DrainCompleted.class);
        assertThat(drained.sessions()).isEqualTo(16);
        assertThat(drained.cut()).isZero();
        assertThat(sessionsOf(a)).isZero();
        neighbour.awaitProgress();
        fence(source);
        copyWritten();
        proxy.route(ORDERS, 2, target);
        TrafficReleased released = proxy.await(TrafficReleased.class);
        assertThat(released.epoch()).isEqualTo(2);
        assertThat(released.heldExchanges()).isEqualTo(16);
        assertThat(released.longestHoldMicros()).isPositive();
        int atSwitch = writers.getFirst().acknowledged.get();
        Eventually.await(
                "all write on",
                Duration.ofSeconds(20),
                () -> writers.stream().allMatch(writer -> writer.acknowledged.get() > atSwitch + 100));
        List<List<Integer>> expected = new ArrayList<>();
        for (Writer writer : writers) {
            expected.add(List.of(writer.client, writer.stop()));
        }
        neighbour.stop();
        try (Connection connection = PostgresServer.openOwner(target)) {
            for (List<Integer> writer : expected) {
                String where = " FROM written WHERE client = " + writer.getFirst();
                assertThat(oneLong(connection, "SELECT count(*)" + where)).isEqualTo((long) writer.getLast());
                assertThat(oneLong(connection, "SELECT max(n)" + where)).isEqualTo((long) writer.getLast());
            }
        }
        a.dropTenantDatabase(NEIGHBOUR);
    }

    @Test
    void settingsRolePreparedStatementsAndListensGoAlong() throws Exception {
        for (PlacedDatabase database : List.of(source, target)) {
            try (Connection connection = PostgresServer.openOwner(database);
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE SCHEMA \"Odd \"\" schema\"");
                // So that the type has another OID on either server.
                if (database.equals(target)) {
                    statement.execute("CREATE TABLE earlier (a int)");
                }
                statement.execute("CREATE TYPE mood AS ENUM ('sad', 'glad')");
                statement.execute("CREATE TABLE feelings (m mood)");
            }
        }
        b.execute("postgres", "CREATE ROLE lesser", "GRANT lesser TO " + ORDERS.clientName());
        a.execute("postgres", "CREATE ROLE lesser", "GRANT lesser TO " + ORDERS.clientName());
        try (Connection connection = proxy.connect(ORDERS, "prepareThreshold", "1", "ApplicationName", "it");
                Statement statement = connection.createStatement();
                PreparedStatement parsed = connection.prepareStatement("SELECT ?::int + 1, current_database()");
                PreparedStatement felt = connection.prepareStatement("SELECT count(*) FROM feelings WHERE m = ?")) {
            felt.setObject(1, "glad", Types.OTHER);
            felt.executeQuery().close();
            felt.executeQuery().close();
            parsed.setInt(1, 1);
            parsed.executeQuery().close();
            parsed.executeQuery().close();
            statement.execute("SET search_path TO \"Odd \"\" schema\", public");
            statement.execute("SET work_mem = '7MB'");
            statement.execute("SET app.tenant_id = 'O''Reilly \\ ü'");
            statement.execute("SELECT set_config('app.region', 'eu', false)");
            statement.execute("SET DateStyle = 'ISO, DMY'");
            statement.execute("PREPARE \"by \"\" sql\" (int) AS SELECT $1 * 2");
            statement.execute("PREPARE typed (public.mood) AS SELECT $1::text");
            statement.execute("LISTEN \"Odd \"\" channel\"");
            statement.execute("SET ROLE lesser");
            move(1, 2, target);
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
            statement.execute("RESET ROLE");
            felt.setObject(1, "sad", Types.OTHER);
            felt.executeQuery().close();
            assertThat(oneLong(connection, "SELECT inet_server_port()"))
                    .isEqualTo(target.server().address().port());
            try (Connection other = PostgresServer.openOwner(target);
                    Statement notify = other.createStatement()) {
                notify.execute("NOTIFY \"Odd \"\" channel\", 'over here'");
            }
            assertThat(connection.unwrap(PGConnection.class).getNotifications(5000))
                    .singleElement()
                    .satisfies(notification ->
                            assertThat(notification.getParameter()).isEqualTo("over here"));
        } finally {
            for (PostgresServer server : List.of(a, b)) {
                server.execute("postgres", "DROP ROLE lesser");
            }
        }
    }

    @Test
    void aReleaseGoesBackToTheSource() throws Exception {
        try (Connection connection = proxy.connect(ORDERS);
                Statement statement = connection.createStatement()) {
            statement.execute("SET app.x = 'kept'");
            proxy.hold(ORDERS, 1, 1, DRAIN, OnDrainTimeout.ABORT);
            proxy.await(DrainCompleted.class);
            CompletableFuture<String> held = later(() -> oneText(connection, "SHOW app.x"));
            assertStillHeld(held);
            proxy.command(new ProxyCommand.ReleaseTraffic(TestProxy.step(ORDERS, 1), 1));
            assertThat(held.get(10, TimeUnit.SECONDS)).isEqualTo("kept");
            assertThat(proxy.await(TrafficReleased.class).heldExchanges()).isEqualTo(1);
        }
    }

    @Test
    void aHoldThatNobodyEndsExpires() throws Exception {
        try (Connection connection = proxy.connect(ORDERS)) {
            proxy.command(new ProxyCommand.HoldTraffic(TestProxy.step(ORDERS, 1), 1, 1000, 500, OnDrainTimeout.ABORT));
            proxy.await(DrainCompleted.class);
            assertThat(oneLong(connection, "SELECT inet_server_port()"))
                    .isEqualTo(source.server().address().port());
            assertThat(proxy.await(HoldExpired.class).epoch()).isEqualTo(1);
        }
    }

    @Test
    void aTransactionFinishesOnTheServerItBeganOn() throws Exception {
        try (Connection connection = proxy.connect(ORDERS);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("INSERT INTO written VALUES (1, 1)");
            proxy.hold(ORDERS, 1, 1, DRAIN, OnDrainTimeout.ABORT);
            proxy.await(TrafficHeld.class);
            statement.execute("INSERT INTO written VALUES (1, 2)");
            assertThat(proxy.hasTold(DrainCompleted.class)).isFalse();
            connection.commit();
            proxy.await(DrainCompleted.class);
            proxy.route(ORDERS, 2, target);
            assertThat(oneLong(connection, "SELECT count(*) FROM written")).isZero();
            connection.rollback();
        }
        try (Connection connection = PostgresServer.openOwner(source)) {
            assertThat(oneLong(connection, "SELECT count(*) FROM written")).isEqualTo(2);
        }
    }

    @Test
    void whatPinsASessionIsNamedWhenTheDrainIsGivenUpAndTheSessionGoesOn() throws Exception {
        try (Connection temporary = proxy.connect(ORDERS);
                Connection locking = proxy.connect(ORDERS);
                Connection holding = proxy.connect(ORDERS);
                Connection open = proxy.connect(ORDERS)) {
            execute(temporary, "CREATE TEMP TABLE t (a int)");
            execute(locking, "SELECT pg_advisory_lock(42)");
            execute(holding, "BEGIN");
            execute(holding, "DECLARE c CURSOR WITH HOLD FOR SELECT 1");
            execute(holding, "COMMIT");
            open.setAutoCommit(false);
            execute(open, "SELECT 1");
            proxy.hold(ORDERS, 1, 1, SHORT, OnDrainTimeout.ABORT);
            assertThat(proxy.await(DrainTimedOut.class).pinned())
                    .extracting(PinnedSession::reason)
                    .containsExactlyInAnyOrder("temporary table", "advisory lock", "cursor WITH HOLD", "transaction");
            assertThat(oneLong(temporary, "SELECT count(*) FROM t")).isZero();
            assertThat(oneText(locking, "SELECT pg_advisory_unlock(42)")).isEqualTo("t");
            execute(holding, "CLOSE c");
            execute(temporary, "DROP TABLE t");
            open.commit();
            proxy.hold(ORDERS, 1, 2, DRAIN, OnDrainTimeout.ABORT);
            assertThat(proxy.await(DrainCompleted.class).sessions()).isEqualTo(4);
        }
    }

    @Test
    void aPinnedSessionDrainsAsSoonAsItLetsGo() throws Exception {
        try (Connection connection = proxy.connect(ORDERS)) {
            execute(connection, "CREATE TEMP TABLE t (a int)");
            proxy.hold(ORDERS, 1, 1, DRAIN, OnDrainTimeout.ABORT);
            proxy.await(TrafficHeld.class);
            TimeUnit.MILLISECONDS.sleep(200);
            execute(connection, "DROP TABLE t");
            proxy.await(DrainCompleted.class);
        }
    }

    @Test
    void aForcedDrainCutsWithTheServersOwnError() throws Exception {
        try (Connection stuck = proxy.connect(ORDERS);
                Connection idle = proxy.connect(ORDERS)) {
            CompletableFuture<String> running = later(() -> oneText(stuck, "SELECT pg_sleep(60)::text"));
            Eventually.await("query runs", Duration.ofSeconds(5), () -> sleeping() == 1);
            proxy.hold(ORDERS, 1, 1, SHORT, OnDrainTimeout.FORCE);
            assertThat(proxy.await(DrainCompleted.class).cut()).isEqualTo(1);
            assertThatThrownBy(() -> running.get(10, TimeUnit.SECONDS))
                    .rootCause()
                    .isInstanceOfSatisfying(SQLException.class, e -> {
                        assertThat(e.getSQLState()).isEqualTo("57P01");
                        assertThat(e.getMessage()).contains("terminating connection due to administrator command");
                    });
            Eventually.await("the server has stopped it", Duration.ofSeconds(5), () -> sleeping() == 0);
            proxy.route(ORDERS, 2, target);
            assertThat(oneLong(idle, "SELECT 1")).isEqualTo(1);
        }
    }

    @Test
    void aFencedServerKeepsOldAndNewClientsWaiting() throws Exception {
        try (Connection before = proxy.connect(ORDERS)) {
            proxy.hold(ORDERS, 1, 1, DRAIN, OnDrainTimeout.ABORT);
            proxy.await(DrainCompleted.class);
            fence(source);
            // The hold is given up while the fence is still there.
            proxy.command(new ProxyCommand.ReleaseTraffic(TestProxy.step(ORDERS, 1), 1));
            CompletableFuture<String> held = later(() -> oneText(before, "SELECT 'old'"));
            CompletableFuture<String> coming = later(() -> {
                try (Connection connection = proxy.connect(ORDERS)) {
                    return oneText(connection, "SELECT 'new'");
                }
            });
            assertStillHeld(held);
            assertStillHeld(coming);
            a.execute("postgres", "ALTER ROLE " + ORDERS.clientName() + " LOGIN");
            assertThat(held.get(10, TimeUnit.SECONDS)).isEqualTo("old");
            assertThat(coming.get(10, TimeUnit.SECONDS)).isEqualTo("new");
        }
    }

    @Test
    void aProxyThatMissedTheHoldKeepsItsCleanSessionsOverTheFence() throws Exception {
        // With that the driver needs no SET after its login.
        try (Connection connection = proxy.connect(ORDERS, "assumeMinServerVersion", "14")) {
            assertThat(oneLong(connection, "SELECT count(*) FROM written")).isZero();
            fence(source);
            a.execute(
                    "postgres",
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '"
                            + ORDERS.clientName() + "'");
            TimeUnit.MILLISECONDS.sleep(200);
            proxy.route(ORDERS, 2, target);
            assertThat(oneLong(connection, "SELECT inet_server_port()"))
                    .isEqualTo(target.server().address().port());
        }
    }

    @Test
    void aServerThatRestartsIsWaitedFor() throws Exception {
        try (PostgresServer own = PostgresServer.start("restarting")) {
            DatabaseId id = new DatabaseId("restart", "orders");
            proxy.route(id, 1, own.createTenantDatabase(id));
            try (Connection connection = proxy.connect(id)) {
                proxy.hold(id, 1, 1, DRAIN, OnDrainTimeout.ABORT);
                proxy.await(DrainCompleted.class);
                own.process().kill();
                proxy.command(new ProxyCommand.ReleaseTraffic(TestProxy.step(id, 1), 1));
                CompletableFuture<String> held = later(() -> oneText(connection, "SELECT 'back'"));
                assertStillHeld(held);
                own.process().start();
                assertThat(held.get(20, TimeUnit.SECONDS)).isEqualTo("back");
            }
        }
    }

    @Test
    void aServerThatStaysAwayIsGivenUpWithItsOwnError() throws Exception {
        try (TestProxy impatient = new TestProxy(Duration.ofMillis(500), 10)) {
            impatient.route(ORDERS, 1, source);
            fence(source);
            assertThatThrownBy(() -> impatient.connect(ORDERS).close())
                    .isInstanceOfSatisfying(SQLException.class, e -> {
                        assertThat(e.getSQLState()).isEqualTo("28000");
                        assertThat(e.getMessage()).contains("is not permitted to log in");
                    });
        }
    }

    @Test
    void aCancelReachesTheServerThatTheSessionHasMovedTo() throws Exception {
        try (Connection connection = proxy.connect(ORDERS);
                Statement statement = connection.createStatement()) {
            move(1, 2, target);
            CompletableFuture<Boolean> running = later(() -> statement.execute("SELECT pg_sleep(60)"));
            TimeUnit.MILLISECONDS.sleep(300);
            statement.cancel();
            assertThatThrownBy(() -> running.get(10, TimeUnit.SECONDS))
                    .rootCause()
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57014"));
        }
    }

    private void move(long from, long to, PlacedDatabase where) throws Exception {
        proxy.arm(ORDERS, from, where);
        proxy.hold(ORDERS, from, (int) from, DRAIN, OnDrainTimeout.ABORT);
        proxy.await(DrainCompleted.class);
        proxy.route(ORDERS, to, where);
        proxy.await(TrafficReleased.class);
    }

    private void copyWritten() throws Exception {
        ByteArrayOutputStream rows = new ByteArrayOutputStream();
        try (Connection from = a.openAdmin(ORDERS.clientName());
                Connection to = b.openAdmin(ORDERS.clientName())) {
            from.unwrap(PGConnection.class).getCopyAPI().copyOut("COPY written TO STDOUT", rows);
            to.unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn("COPY written FROM STDIN", new ByteArrayInputStream(rows.toByteArray()));
        }
    }

    private static void fence(PlacedDatabase database) throws SQLException {
        try (Connection admin = PostgresServer.connections().openAdmin(database.server(), "postgres");
                Statement statement = admin.createStatement()) {
            statement.execute("ALTER ROLE " + database.owner().user() + " NOLOGIN");
        }
    }

    private long sessionsOf(PostgresServer server) throws Exception {
        try (Connection admin = server.openAdmin("postgres")) {
            String sql = "SELECT count(*) FROM pg_stat_activity WHERE usename = '" + ORDERS.clientName() + "'";
            // The server takes a moment to see that a connection was closed.
            Eventually.await("the source is left", Duration.ofSeconds(2), () -> oneLong(admin, sql) == 0);
            return oneLong(admin, sql);
        }
    }

    private long sleeping() throws SQLException {
        try (Connection admin = a.openAdmin("postgres")) {
            return oneLong(
                    admin,
                    "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'SELECT pg_sleep(60)%'");
        }
    }

    private static void assertStillHeld(CompletableFuture<?> held) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(300);
        assertThat(held).isNotDone();
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String oneText(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            assertThat(row.next()).isTrue();
            return row.getString(1);
        }
    }

    private static long oneLong(Connection connection, String sql) throws SQLException {
        return Long.parseLong(oneText(connection, sql));
    }

    private interface Work<T> {
        T run() throws Exception;
    }

    private static <T> CompletableFuture<T> later(Work<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                result.complete(work.run());
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    /** Writes 1, 2, 3 … and remembers what was acknowledged. */
    private final class Writer {
        private final int client;
        private final CompletableFuture<Boolean> done;
        private final AtomicInteger acknowledged = new AtomicInteger();
        private volatile boolean stopping;

        Writer(int client) {
            this.client = client;
            this.done = later(this::write);
        }

        private boolean write() throws SQLException {
            try (Connection connection = proxy.connect(ORDERS, "prepareThreshold", "3");
                    PreparedStatement insert = connection.prepareStatement("INSERT INTO written VALUES (?, ?)")) {
                while (!stopping) {
                    insert.setInt(1, client);
                    insert.setInt(2, acknowledged.get() + 1);
                    insert.executeUpdate();
                    acknowledged.incrementAndGet();
                }
            }
            return true;
        }

        int stop() throws Exception {
            stopping = true;
            assertThat(done.get(20, TimeUnit.SECONDS)).isTrue();
            return acknowledged.get();
        }
    }

    /** Another tenant of the same server and proxy. */
    private final class Neighbour {
        private final CompletableFuture<Boolean> done = later(this::query);
        private final AtomicInteger answered = new AtomicInteger();
        private volatile boolean stopping;

        private boolean query() throws SQLException {
            try (Connection connection = proxy.connect(NEIGHBOUR)) {
                while (!stopping) {
                    assertThat(oneLong(connection, "SELECT 1")).isEqualTo(1);
                    answered.incrementAndGet();
                }
            }
            return true;
        }

        void awaitProgress() throws InterruptedException {
            int before = answered.get();
            Eventually.await("the neighbour goes on", Duration.ofSeconds(5), () -> answered.get() > before + 20);
        }

        void stop() throws Exception {
            stopping = true;
            assertThat(done.get(10, TimeUnit.SECONDS)).isTrue();
        }
    }
}
