package io.godwit.proxy;

import static io.godwit.proxy.ClientSql.execute;
import static io.godwit.proxy.ClientSql.oneLong;
import static io.godwit.proxy.TwoServers.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.events.ProxyCommand;
import io.godwit.events.ProxyCommand.OnDrainTimeout;
import io.godwit.events.ProxyEvent.DrainCompleted;
import io.godwit.events.ProxyEvent.TrafficReleased;
import io.godwit.proxy.protocol.Pooling;
import io.godwit.proxy.protocol.Pooling.Mode;
import io.godwit.testing.Eventually;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A database moves whose sessions share server connections. */
class PostgresPooledMoveIT {
    private static final int LIMIT = 4;
    private static final int SESSIONS = 20;

    @SuppressWarnings("NullAway.Init") // each test starts them
    private TwoServers servers;

    private final List<PooledSession> sessions = new ArrayList<>();

    private void start(Mode mode) throws Exception {
        servers = new TwoServers(new TestProxy(new Pooling(mode, LIMIT, Duration.ofSeconds(10))));
        for (int i = 0; i < SESSIONS; i++) {
            sessions.add(new PooledSession(i, servers.connect("prepareThreshold", "1")));
        }
    }

    @AfterEach
    void stop() throws SQLException {
        for (PooledSession session : sessions) {
            session.close();
        }
        servers.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"SESSION", "TRANSACTION"})
    void sessionsWithAndWithoutAConnectionGoOnBehindTheMove(Mode mode) throws Exception {
        start(mode);
        servers.arm();
        assertThat(connectionsTo("b")).isLessThanOrEqualTo(LIMIT);
        servers.hold(1);
        DrainCompleted drained = servers.proxy().await(DrainCompleted.class);
        assertThat(drained.sessions()).isEqualTo(SESSIONS);
        assertThat(drained.cut()).isZero();
        Eventually.await("the source is left", Duration.ofSeconds(15), () -> connectionsTo("a") == 0);
        servers.closeSource();
        servers.proxy().route(ORDERS, 2, servers.target());
        servers.proxy().await(TrafficReleased.class);
        for (PooledSession session : sessions) {
            session.assertOwnState();
            assertThat(oneLong(session.connection(), "SELECT inet_server_port()"))
                    .isEqualTo(servers.target().server().address().port());
        }
        assertThat(connectionsTo("b")).isLessThanOrEqualTo(LIMIT);
        servers.openSource();
    }

    @ParameterizedTest
    @EnumSource(names = {"SESSION", "TRANSACTION"})
    void sessionsThatWorkAllTheTimeGoThroughMovesThereAndBack(Mode mode) throws Exception {
        start(mode);
        AtomicBoolean stopped = new AtomicBoolean();
        List<ClientCall<Boolean>> work = new ArrayList<>();
        for (PooledSession session : sessions) {
            work.add(ClientCall.start(() -> {
                while (!stopped.get()) {
                    session.assertOwnState();
                }
                return true;
            }));
        }
        servers.move(1, 2, servers.target());
        servers.move(2, 3, servers.source());
        servers.proxy().arm(ORDERS, 3, servers.target());
        servers.proxy().hold(ORDERS, 3, 2, TwoServers.DRAIN, OnDrainTimeout.ABORT);
        servers.proxy().await(DrainCompleted.class);
        servers.proxy().command(new ProxyCommand.ReleaseTraffic(TestProxy.step(ORDERS, 2), 3));
        servers.proxy().await(TrafficReleased.class);
        servers.move(3, 4, servers.target());
        stopped.set(true);
        for (ClientCall<Boolean> one : work) {
            assertThat(one.get()).isTrue();
        }
        assertThat(connectionsTo("b")).isBetween(1L, (long) LIMIT);
    }

    @ParameterizedTest
    @EnumSource(names = {"SESSION", "TRANSACTION"})
    void whatKeepsAConnectionGoesAlongInAMove(Mode mode) throws Exception {
        start(mode);
        Connection locking = sessions.getFirst().connection();
        execute(locking, "SELECT pg_advisory_lock(17)", "LISTEN news");
        for (PooledSession session : sessions.subList(1, SESSIONS)) {
            session.assertOwnState();
        }
        servers.move(1, 2, servers.target());
        Connection other = sessions.getLast().connection();
        assertThat(ClientSql.oneText(other, "SELECT pg_try_advisory_lock(17)")).isEqualTo("f");
        sessions.getFirst().assertOwnState();
        assertThat(ClientSql.oneText(locking, "SELECT pg_advisory_unlock(17)")).isEqualTo("t");
    }

    private long connectionsTo(String server) throws SQLException {
        try (Connection admin =
                ("a".equals(server) ? servers.sourceServer() : servers.targetServer()).openAdmin("postgres")) {
            return oneLong(
                    admin, "SELECT count(*) FROM pg_stat_activity WHERE datname = '" + ORDERS.clientName() + "'");
        }
    }
}
