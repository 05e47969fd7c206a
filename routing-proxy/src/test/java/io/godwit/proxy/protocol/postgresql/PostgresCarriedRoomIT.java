package io.godwit.proxy.protocol.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.events.ProxyCommand.OnDrainTimeout;
import io.godwit.events.ProxyEvent.DrainCompleted;
import io.godwit.proxy.TestProxy;
import io.godwit.testing.Eventually;
import io.godwit.testing.FaultyLink;
import io.godwit.testing.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The content of a session's temporary tables is on its way to the proxy, slowly, when the session ends. */
class PostgresCarriedRoomIT {
    private static final DatabaseId ORDERS = new DatabaseId("room", "orders");
    private static final Duration LONG = Duration.ofSeconds(15);
    private static final String TABLE =
            "CREATE TEMP TABLE t AS SELECT repeat(md5(n::text), 3) FROM generate_series(1, 9000) n";

    /** Some fifty pieces of data one after the other: long enough to be met half-way. */
    private static final Duration EACH_PIECE = Duration.ofMillis(50);

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
    void theRoomOfAClientThatGoesIsFreeAgain() throws Exception {
        long whole = room().left();
        try (Connection connection = proxy.connect(ORDERS)) {
            leaveHalfWay(connection, whole);
        }
        proxy.await(DrainCompleted.class);
        assertThat(room().left()).isEqualTo(whole);
    }

    @Test
    void theRoomOfASessionThatIsCutIsFreeAgain() throws Exception {
        long whole = room().left();
        try (Connection connection = proxy.connect(ORDERS)) {
            leaveHalfWay(connection, whole);
            proxy.gates().cutAll();
            proxy.await(DrainCompleted.class);
            assertThat(room().left()).isEqualTo(whole);
        }
    }

    private void leaveHalfWay(Connection connection, long whole) throws Exception {
        try (Statement statement = connection.createStatement()) {
            statement.execute(TABLE);
        }
        link.delay(EACH_PIECE);
        proxy.hold(ORDERS, 1, 1, LONG, OnDrainTimeout.ABORT);
        Eventually.await("some rows have come", LONG, () -> room().left() < whole);
        link.stall();
        assertThat(proxy.hasTold(DrainCompleted.class))
                .as("all of the session's state has been read")
                .isFalse();
    }

    private PostgresCarriedRoom room() {
        return ((PostgresProtocol) proxy.protocol()).carriedRoom();
    }
}
