package io.godwit.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.events.ProxyCommand;
import io.godwit.events.ProxyCommand.OnDrainTimeout;
import io.godwit.events.ProxyEvent.DrainCompleted;
import io.godwit.events.ProxyEvent.TrafficHeld;
import io.godwit.events.ProxyEvent.TrafficReleased;
import io.godwit.proxy.gate.DatabaseGate;
import io.godwit.testing.Eventually;
import io.godwit.testing.FaultyLink;
import io.godwit.testing.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The gate opens and closes while a slow server is still being asked for a session's state. */
class PostgresSlowCaptureIT {
    private static final DatabaseId ORDERS = new DatabaseId("capture", "orders");
    private static final Duration LONG = Duration.ofSeconds(15);

    private final PostgresServer server = PostgresServer.shared("a");
    private TestProxy proxy;
    private FaultyLink link;

    @BeforeEach
    void start() throws Exception {
        proxy = new TestProxy();
        PlacedDatabase placed = server.createTenantDatabase(ORDERS);
        link = FaultyLink.to(placed.server().address());
        proxy.route(ORDERS, 1, link.through(placed));
    }

    @AfterEach
    void stop() throws SQLException {
        proxy.close();
        link.close();
        server.dropTenantDatabase(ORDERS);
    }

    @Test
    void queryBetweenTwoHoldsIsAnsweredOnce() throws Exception {
        try (Connection connection = proxy.connect(ORDERS);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE written (n int)");
            link.stall();
            hold(1);
            proxy.await(TrafficHeld.class);
            proxy.command(new ProxyCommand.ReleaseTraffic(TestProxy.step(ORDERS, 1), 1));
            proxy.await(TrafficReleased.class);
            CompletableFuture<Integer> written = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> {
                try {
                    written.complete(statement.executeUpdate("INSERT INTO written VALUES (1)"));
                } catch (SQLException e) {
                    written.completeExceptionally(e);
                }
            });
            DatabaseGate gate = proxy.gate(ORDERS);
            long before = gate.exchanges();
            Eventually.await("the query arrives", LONG, () -> gate.waiting() == 1 || gate.exchanges() > before);
            hold(2);
            proxy.await(TrafficHeld.class);
            link.pass();
            proxy.await(DrainCompleted.class);
            proxy.command(new ProxyCommand.ReleaseTraffic(TestProxy.step(ORDERS, 2), 1));

            assertThat(written.get(LONG.toSeconds(), TimeUnit.SECONDS)).isEqualTo(1);
            try (ResultSet rows = statement.executeQuery("SELECT count(*) FROM written")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getInt(1)).isEqualTo(1);
            }
        }
    }

    private void hold(int attempt) {
        proxy.hold(ORDERS, 1, attempt, LONG, OnDrainTimeout.ABORT);
    }
}
