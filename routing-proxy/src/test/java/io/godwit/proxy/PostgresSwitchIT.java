package io.godwit.proxy;

import static io.godwit.proxy.ClientSql.execute;
import static io.godwit.proxy.ClientSql.oneLong;
import static io.godwit.proxy.ClientSql.oneText;
import static io.godwit.proxy.TwoServers.DRAIN;
import static io.godwit.proxy.TwoServers.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.engines.DatabaseId;
import io.godwit.events.ProxyCommand;
import io.godwit.events.ProxyCommand.OnDrainTimeout;
import io.godwit.events.ProxyEvent.DrainCompleted;
import io.godwit.events.ProxyEvent.HoldExpired;
import io.godwit.events.ProxyEvent.TrafficReleased;
import io.godwit.testing.Eventually;
import io.godwit.testing.PostgresServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/** Sessions go over to another server, or back, as the gate's commands say, and their clients see nothing of it. */
class PostgresSwitchIT {
    private static final DatabaseId NEIGHBOUR = new DatabaseId("neighbour", "orders");

    private TwoServers servers;
    private TestProxy proxy;

    @BeforeEach
    void start() throws SQLException, InterruptedException {
        servers = new TwoServers();
        proxy = servers.proxy();
        servers.onBoth("CREATE TABLE written (client int, n int, PRIMARY KEY (client, n))");
    }

    @AfterEach
    void stop() throws SQLException {
        servers.close();
    }

    @Test
    void acknowledgedWritesOfSixteenClientsAreOnTheTargetExactlyOnce() throws Exception {
        proxy.route(NEIGHBOUR, 1, servers.sourceServer().createTenantDatabase(NEIGHBOUR));
        List<Writer> writers = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            writers.add(new Writer(i));
        }
        Neighbour neighbour = new Neighbour();
        Eventually.await(
                "all write",
                Duration.ofSeconds(20),
                () -> writers.stream().allMatch(writer -> writer.acknowledged.get() > 20));
        proxy.arm(ORDERS, 1, servers.target());
        servers.hold(1);
        DrainCompleted drained = proxy.await(DrainCompleted.class);
        assertThat(drained.sessions()).isEqualTo(16);
        assertThat(drained.cut()).isZero();
        assertThat(sessionsOnSource()).isZero();
        neighbour.awaitProgress();
        servers.closeSource();
        copyWritten();
        proxy.route(ORDERS, 2, servers.target());
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
        try (Connection connection = PostgresServer.openOwner(servers.target())) {
            for (List<Integer> writer : expected) {
                String where = " FROM written WHERE client = " + writer.getFirst();
                assertThat(oneLong(connection, "SELECT count(*)" + where)).isEqualTo((long) writer.getLast());
                assertThat(oneLong(connection, "SELECT max(n)" + where)).isEqualTo((long) writer.getLast());
            }
        }
        servers.sourceServer().dropTenantDatabase(NEIGHBOUR);
    }

    @Test
    void aReleaseGoesBackToTheSource() throws Exception {
        try (Connection connection = servers.connect()) {
            execute(connection, "SET app.x = 'kept'");
            servers.hold(1);
            proxy.await(DrainCompleted.class);
            ClientCall<String> held = ClientCall.start(() -> oneText(connection, "SHOW app.x"));
            held.assertHeld();
            proxy.command(new ProxyCommand.ReleaseTraffic(TestProxy.step(ORDERS, 1), 1));
            assertThat(held.get()).isEqualTo("kept");
            assertThat(proxy.await(TrafficReleased.class).heldExchanges()).isEqualTo(1);
        }
    }

    @Test
    void whatWasHeldByAProxyThatThenSleptIsCountedAsSoonAsItRuns() throws Exception {
        try (Connection connection = servers.connect()) {
            servers.arm();
            servers.hold(1);
            proxy.await(DrainCompleted.class);
            ClientCall<Long> held = ClientCall.start(() -> oneLong(connection, "SELECT inet_server_port()"));
            held.assertHeld();
            try (TestProxy.Sleep _ = proxy.sleep()) {
                proxy.route(ORDERS, 2, servers.target());
                Eventually.stays("asleep", TestProxy.NOTICED, () -> true);
            }
            assertThat(held.get()).isEqualTo(servers.target().server().address().port());
            TrafficReleased released = proxy.await(TrafficReleased.class);
            assertThat(released.heldExchanges()).isEqualTo(1);
            assertThat(released.longestHoldMicros()).isPositive();
        }
    }

    @Test
    void aHoldThatNobodyEndsExpires() throws Exception {
        try (Connection connection = servers.connect()) {
            proxy.command(new ProxyCommand.HoldTraffic(
                    TestProxy.step(ORDERS, 1), 1, 1000, DRAIN.toMillis(), OnDrainTimeout.ABORT));
            proxy.await(DrainCompleted.class);
            assertThat(oneLong(connection, "SELECT inet_server_port()"))
                    .isEqualTo(servers.source().server().address().port());
            assertThat(proxy.await(HoldExpired.class).epoch()).isEqualTo(1);
        }
    }

    @Test
    void aCancelReachesTheServerThatTheSessionHasMovedTo() throws Exception {
        try (Connection connection = servers.connect();
                Statement statement = connection.createStatement()) {
            servers.move(1, 2, servers.target());
            ClientCall<Boolean> running = ClientCall.start(() -> statement.execute("SELECT pg_sleep(60)"));
            running.assertHeld();
            statement.cancel();
            assertThatThrownBy(running::get)
                    .rootCause()
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57014"));
        }
    }

    private void copyWritten() throws Exception {
        ByteArrayOutputStream rows = new ByteArrayOutputStream();
        try (Connection from = servers.sourceServer().openAdmin(ORDERS.clientName());
                Connection to = servers.targetServer().openAdmin(ORDERS.clientName())) {
            from.unwrap(PGConnection.class).getCopyAPI().copyOut("COPY written TO STDOUT", rows);
            to.unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn("COPY written FROM STDIN", new ByteArrayInputStream(rows.toByteArray()));
        }
    }

    private long sessionsOnSource() throws Exception {
        try (Connection admin = servers.sourceServer().openAdmin("postgres")) {
            String sql = "SELECT count(*) FROM pg_stat_activity WHERE usename = '" + ORDERS.clientName() + "'";
            // The server takes a moment to see that a connection was closed.
            Eventually.await("the source is left", Duration.ofSeconds(15), () -> oneLong(admin, sql) == 0);
            return oneLong(admin, sql);
        }
    }

    /** Writes 1, 2, 3 … and remembers what was acknowledged. */
    private final class Writer {
        private final int client;
        private final ClientCall<Boolean> done;
        private final AtomicInteger acknowledged = new AtomicInteger();
        private volatile boolean stopping;

        Writer(int client) {
            this.client = client;
            this.done = ClientCall.start(this::write);
        }

        private boolean write() throws SQLException {
            try (Connection connection = servers.connect("prepareThreshold", "3");
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
            assertThat(done.get()).isTrue();
            return acknowledged.get();
        }
    }

    /** Another tenant of the same server and proxy. */
    private final class Neighbour {
        private final AtomicInteger answered = new AtomicInteger();
        private volatile boolean stopping;
        private final ClientCall<Boolean> done = ClientCall.start(this::query);

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
            assertThat(done.get()).isTrue();
        }
    }
}
