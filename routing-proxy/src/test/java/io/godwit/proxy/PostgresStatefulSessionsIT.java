package io.godwit.proxy;

import static io.godwit.proxy.TwoServers.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.events.ProxyEvent.DrainCompleted;
import io.godwit.events.ProxyEvent.TrafficReleased;
import io.godwit.testing.Eventually;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many sessions that all have everything a session can have go to another server while they work. */
class PostgresStatefulSessionsIT {
    private static final int CLIENTS = 64;
    private static final Duration LONG = Duration.ofSeconds(30);

    private TwoServers servers;
    private TwoServers.SourceFence fence;
    private final List<Connection> connections = new ArrayList<>();
    private final List<StatefulClient> clients = new ArrayList<>();

    @BeforeEach
    void start() throws SQLException, InterruptedException {
        servers = new TwoServers();
        fence = servers.openFence();
        for (int i = 1; i <= CLIENTS; i++) {
            Connection connection = servers.connect("prepareThreshold", "1");
            connections.add(connection);
            StatefulClient.makeTable(i, connection);
            clients.add(new StatefulClient(i, connection));
        }
    }

    @AfterEach
    void stop() throws SQLException {
        for (Connection connection : connections) {
            connection.close();
        }
        fence.close();
        servers.close();
    }

    @Test
    void everySessionGoesOnWithItsStateAndNoneConnectsAgain() throws Exception {
        awaitRounds(1);
        servers.arm();
        awaitRounds(1);
        long begun = System.nanoTime();
        servers.hold(1);
        DrainCompleted drained = servers.proxy().await(DrainCompleted.class);
        long empty = System.nanoTime();
        fence.raise();
        long closed = System.nanoTime();
        servers.proxy().route(ORDERS, 2, servers.target());
        TrafficReleased released = servers.proxy().await(TrafficReleased.class);
        long opened = System.nanoTime();
        awaitRounds(2);
        for (StatefulClient client : clients) {
            client.stop();
        }

        int target = servers.target().server().address().port();
        assertThat(drained.sessions()).isEqualTo(CLIENTS);
        assertThat(drained.cut()).isZero();
        assertThat(clients).allSatisfy(client -> assertThat(client.port()).isEqualTo(target));
        assertThat(sessionsOnTarget()).isEqualTo(CLIENTS);
        for (int i = 1; i <= CLIENTS; i++) {
            TwoServers.on(servers.target(), "NOTIFY news_" + i + ", 'over here " + i + "'");
        }
        for (int i = 1; i <= CLIENTS; i++) {
            assertThat(clients.get(i - 1).heard()).containsExactly("over here " + i);
            clients.get(i - 1).assertLocks();
        }
        report(released, millis(begun, empty), millis(empty, closed), millis(closed, opened));
    }

    private void awaitRounds(int more) throws InterruptedException {
        List<Integer> before = clients.stream().map(StatefulClient::rounds).toList();
        Eventually.await("every client has done its work again", LONG, () -> {
            for (int i = 0; i < CLIENTS; i++) {
                if (clients.get(i).rounds() < before.get(i) + more) {
                    return false;
                }
            }
            return true;
        });
    }

    private long sessionsOnTarget() throws SQLException {
        try (Connection admin = servers.targetServer().openAdmin("postgres")) {
            return ClientSql.oneLong(
                    admin, "SELECT count(*) FROM pg_stat_activity WHERE usename = '" + ORDERS.clientName() + "'");
        }
    }

    private static double millis(long from, long to) {
        return TimeUnit.NANOSECONDS.toMicros(to - from) / 1000.0;
    }

    private void report(TrafficReleased released, double drained, double closed, double opened) {
        long longestRound =
                clients.stream().mapToLong(StatefulClient::longestNanos).max().orElseThrow();
        System.out.printf(
                "%d sessions with all kinds of state: %d exchanges held, the longest %.1f ms (drained in %.1f, closed in"
                        + " %.1f, opened in %.1f); longest round %.1f ms%n",
                CLIENTS,
                released.heldExchanges(),
                released.longestHoldMicros() / 1000.0,
                drained,
                closed,
                opened,
                millis(0, longestRound));
    }
}
