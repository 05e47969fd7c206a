package io.godwit.proxy;

import static io.godwit.proxy.TwoServers.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.PlacedDatabase;
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
    /** The first finds a proxy that has not moved anything yet. An even number, so that they end where it ended. */
    private static final int MORE_MOVES = 2;

    private static final Duration LONG = Duration.ofSeconds(30);

    private TwoServers servers;
    private TestFence sourceFence;
    private TestFence targetFence;
    private final List<Connection> connections = new ArrayList<>();
    private final List<StatefulClient> clients = new ArrayList<>();

    @BeforeEach
    void start() throws SQLException, InterruptedException {
        servers = new TwoServers();
        sourceFence = servers.openSourceFence();
        targetFence = servers.openTargetFence();
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
        sourceFence.close();
        targetFence.close();
        servers.close();
    }

    @Test
    void everySessionGoesOnWithItsStateAndNoneConnectsAgain() throws Exception {
        awaitRounds(1);
        move(1, sourceFence, servers.target());
        for (int epoch = 2; epoch < 2 + MORE_MOVES; epoch++) {
            boolean back = epoch % 2 == 0;
            (back ? sourceFence : targetFence).lower();
            move(epoch, back ? targetFence : sourceFence, back ? servers.source() : servers.target());
        }
        for (StatefulClient client : clients) {
            client.stop();
        }

        int target = servers.target().server().address().port();
        assertThat(clients).allSatisfy(client -> assertThat(client.port()).isEqualTo(target));
        assertThat(sessionsOnTarget()).isEqualTo(CLIENTS);
        for (int i = 1; i <= CLIENTS; i++) {
            TwoServers.on(servers.target(), "NOTIFY news_" + i + ", 'over here " + i + "'");
        }
        for (int i = 1; i <= CLIENTS; i++) {
            assertThat(clients.get(i - 1).heard()).containsExactly("over here " + i);
            clients.get(i - 1).assertLocks();
        }
    }

    private void move(int epoch, TestFence fence, PlacedDatabase where) throws Exception {
        servers.proxy().arm(ORDERS, epoch, where);
        awaitRounds(1);
        long begun = System.nanoTime();
        servers.hold(epoch);
        DrainCompleted drained = servers.proxy().await(DrainCompleted.class);
        long empty = System.nanoTime();
        fence.raise();
        long closed = System.nanoTime();
        servers.proxy().route(ORDERS, epoch + 1L, where);
        TrafficReleased released = servers.proxy().await(TrafficReleased.class);
        long opened = System.nanoTime();
        awaitRounds(2);
        report(epoch, released, millis(begun, empty), millis(empty, closed), millis(closed, opened));
        assertThat(drained.sessions()).isEqualTo(CLIENTS);
        assertThat(drained.cut()).isZero();
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

    private void report(int move, TrafficReleased released, double drained, double closed, double opened) {
        long longestRound =
                clients.stream().mapToLong(StatefulClient::longestNanos).max().orElseThrow();
        System.out.printf(
                "%d sessions with all kinds of state, move %d: %d exchanges held, the longest %.1f ms (drained in %.1f,"
                        + " closed in %.1f, opened in %.1f); longest round so far %.1f ms%n",
                CLIENTS,
                move,
                released.heldExchanges(),
                released.longestHoldMicros() / 1000.0,
                drained,
                closed,
                opened,
                millis(0, longestRound));
    }
}
