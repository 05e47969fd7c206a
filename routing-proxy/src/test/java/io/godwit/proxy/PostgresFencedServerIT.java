package io.godwit.proxy;

import static io.godwit.proxy.ClientSql.execute;
import static io.godwit.proxy.ClientSql.oneLong;
import static io.godwit.proxy.ClientSql.oneText;
import static io.godwit.proxy.TwoServers.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import io.godwit.events.ProxyCommand;
import io.godwit.events.ProxyCommand.OnDrainTimeout;
import io.godwit.events.ProxyEvent.DrainCompleted;
import io.godwit.events.ProxyEvent.HoldExpired;
import io.godwit.events.ProxyEvent.TrafficReleased;
import io.godwit.proxy.protocol.ReconnectSettings;
import io.godwit.testing.Eventually;
import io.godwit.testing.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients wait while the server that the route leads to refuses them, because it is fenced or restarts. */
class PostgresFencedServerIT {
    private TwoServers servers;
    private TestProxy proxy;

    @BeforeEach
    void start() throws SQLException, InterruptedException {
        servers = new TwoServers();
        proxy = servers.proxy();
    }

    @AfterEach
    void stop() throws SQLException {
        servers.close();
    }

    @Test
    void aFencedServerKeepsOldAndNewClientsWaiting() throws Exception {
        try (Connection before = servers.connect()) {
            servers.hold(1);
            proxy.await(DrainCompleted.class);
            servers.closeSource();
            // The hold is given up while the fence is still there.
            proxy.command(new ProxyCommand.ReleaseTraffic(TestProxy.step(ORDERS, 1), 1));
            ClientCall<String> held = ClientCall.start(() -> oneText(before, "SELECT 'old'"));
            ClientCall<String> coming = ClientCall.start(() -> {
                try (Connection connection = servers.connect()) {
                    return oneText(connection, "SELECT 'new'");
                }
            });
            held.assertHeld();
            coming.assertHeld();
            servers.openSource();
            assertThat(held.get()).isEqualTo("old");
            assertThat(coming.get()).isEqualTo("new");
        }
    }

    @Test
    void aProxyThatMissedTheHoldKeepsItsCleanSessionsOverTheFence() throws Exception {
        // With that the driver needs no SET after its login.
        try (Connection connection = servers.connect("assumeMinServerVersion", "14")) {
            assertThat(oneLong(connection, "SELECT count(*) FROM pg_class WHERE relname = 'nothing'"))
                    .isZero();
            servers.closeSource();
            servers.expelFromSource();
            Eventually.stays("unnoticed", Duration.ofMillis(200), () -> !connection.isClosed());
            proxy.route(ORDERS, 2, servers.target());
            assertThat(oneLong(connection, "SELECT inet_server_port()"))
                    .isEqualTo(servers.target().server().address().port());
        }
    }

    @Test
    void aProxyThatMissedTheHoldKeepsArmedSessionsOverTheFenceThatHaveRunNothingSince() throws Exception {
        try (Connection idle = servers.connect();
                Connection busy = servers.connect()) {
            execute(idle, "SET work_mem = '7MB'");
            execute(busy, "SET work_mem = '8MB'");
            servers.arm();
            execute(busy, "SET work_mem = '9MB'");
            servers.closeSource();
            servers.expelFromSource();
            proxy.route(ORDERS, 2, servers.target());

            assertThat(oneText(idle, "SHOW work_mem")).isEqualTo("7MB");
            assertThat(oneLong(idle, "SELECT inet_server_port()"))
                    .isEqualTo(servers.target().server().address().port());
            assertThatThrownBy(() -> oneText(busy, "SHOW work_mem"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57P01"));
        }
    }

    @Test
    void aProxyThatSleptThroughTheSwitchRunsWhatItsClientsSentMeanwhile() throws Exception {
        List<Connection> connections = new ArrayList<>();
        try {
            for (int i = 0; i < 24; i++) {
                connections.add(servers.connect("assumeMinServerVersion", "14"));
            }
            List<ClientCall<Long>> calls;
            try (TestProxy.Sleep _ = proxy.sleep()) {
                calls = connections.stream()
                        .map(connection -> ClientCall.start(() -> oneLong(connection, "SELECT inet_server_port()")))
                        .toList();
                servers.closeSource();
                servers.expelFromSource();
                Eventually.stays("asleep", TestProxy.NOTICED, () -> true);
            }
            calls.getLast().assertHeld();
            proxy.route(ORDERS, 2, servers.target());

            for (ClientCall<Long> call : calls) {
                assertThat(call.get())
                        .isEqualTo(servers.target().server().address().port());
            }
        } finally {
            for (Connection connection : connections) {
                connection.close();
            }
        }
    }

    @Test
    void aServerThatRestartsIsWaitedFor() throws Exception {
        try (PostgresServer own = PostgresServer.start("restarting")) {
            DatabaseId id = new DatabaseId("restart", "orders");
            proxy.route(id, 1, own.createTenantDatabase(id));
            try (Connection connection = proxy.connect(id)) {
                proxy.hold(id, 1, 1, TwoServers.DRAIN, OnDrainTimeout.ABORT);
                proxy.await(DrainCompleted.class);
                own.process().kill();
                proxy.command(new ProxyCommand.ReleaseTraffic(TestProxy.step(id, 1), 1));
                ClientCall<String> held = ClientCall.start(() -> oneText(connection, "SELECT 'back'"));
                held.assertHeld();
                own.process().start();
                assertThat(held.get()).isEqualTo("back");
            }
        }
    }

    @Test
    void aFenceIsWaitedForLongerThanAServerThatIsAway() throws Exception {
        ReconnectSettings patient = ReconnectSettings.withLimits(Duration.ofMillis(1), Duration.ofMinutes(1));
        try (TestProxy waiting = new TestProxy(EngineId.POSTGRESQL, patient, 10)) {
            waiting.route(ORDERS, 1, servers.source());
            servers.closeSource();
            ClientCall<String> held = ClientCall.start(() -> {
                try (Connection connection = waiting.connect(ORDERS)) {
                    return oneText(connection, "SELECT 'served'");
                }
            });
            held.assertHeld();
            servers.openSource();
            assertThat(held.get()).isEqualTo("served");
        }
    }

    @Test
    void aServerThatWentInAMoveIsWaitedForUntilTheMoveIsTakenBack() throws Exception {
        ReconnectSettings patient = ReconnectSettings.withLimits(Duration.ofMillis(1), Duration.ofMinutes(1));
        DatabaseId id = new DatabaseId("undecided", "orders");
        try (TestProxy waiting = new TestProxy(EngineId.POSTGRESQL, patient, 10);
                PostgresServer own = PostgresServer.start("undecided")) {
            waiting.route(id, 1, own.createTenantDatabase(id));
            try (Connection first = waiting.connect(id);
                    Connection second = waiting.connect(id)) {
                waiting.command(new ProxyCommand.HoldTraffic(
                        TestProxy.step(id, 1), 1, 500, TwoServers.DRAIN.toMillis(), OnDrainTimeout.ABORT));
                waiting.await(DrainCompleted.class);
                own.process().kill();
                waiting.await(HoldExpired.class);
                ClientCall<String> held = ClientCall.start(() -> oneText(first, "SELECT 'served'"));
                held.assertHeld();
                waiting.command(new ProxyCommand.ReleaseTraffic(TestProxy.step(id, 1), 1));
                waiting.await(TrafficReleased.class);
                assertThatThrownBy(() -> oneText(second, "SELECT 'served'"))
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(e.getSQLState()).isEqualTo("08006"));
                assertThatThrownBy(held::get).rootCause().hasMessageContaining("connection to the server");
            }
        }
    }

    @Test
    void aServerThatStaysAwayIsGivenUpWithItsOwnError() throws Exception {
        try (TestProxy impatient = new TestProxy(Duration.ofMillis(500), 10)) {
            impatient.route(ORDERS, 1, servers.source());
            servers.closeSource();
            assertThatThrownBy(() -> impatient.connect(ORDERS).close())
                    .isInstanceOfSatisfying(SQLException.class, e -> {
                        assertThat(e.getSQLState()).isEqualTo("28000");
                        assertThat(e.getMessage()).contains("is not permitted to log in");
                    });
        }
    }
}
