package io.godwit.proxy;

import static io.godwit.proxy.ClientSql.execute;
import static io.godwit.proxy.ClientSql.oneLong;
import static io.godwit.proxy.ClientSql.oneText;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.proxy.protocol.Pooling;
import io.godwit.proxy.protocol.Pooling.Mode;
import io.godwit.testing.Eventually;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.PGConnection;

/** More sessions than server connections: each behaves as if it had its own. */
class PostgresPoolIT {
    private static final Duration WAIT = Duration.ofSeconds(10);

    @SuppressWarnings("NullAway.Init") // each test starts them
    private TwoServers servers;

    private void start(Mode mode, int serverConnections) throws Exception {
        start(mode, serverConnections, WAIT);
    }

    private void start(Mode mode, int serverConnections, Duration wait) throws Exception {
        servers = new TwoServers(new TestProxy(new Pooling(mode, serverConnections, wait)));
    }

    @AfterEach
    void stop() throws SQLException {
        servers.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"SESSION", "TRANSACTION"})
    void eachSessionFindsItsOwnStateOnWhicheverConnection(Mode mode) throws Exception {
        start(mode, 2);
        List<PooledSession> sessions = new ArrayList<>();
        try {
            for (int i = 0; i < 8; i++) {
                sessions.add(new PooledSession(i, servers.connect("prepareThreshold", "1")));
            }
            for (int round = 0; round < 5; round++) {
                for (PooledSession session : sessions) {
                    session.assertOwnState();
                }
            }
            assertThat(serverConnections()).isLessThanOrEqualTo(2);
        } finally {
            closeAll(sessions);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SESSION", "TRANSACTION"})
    void aTransactionKeepsItsConnectionAndTheOthersWait(Mode mode) throws Exception {
        start(mode, 1);
        servers.onBoth("CREATE TABLE t (n int)");
        try (Connection first = servers.connect();
                Connection second = servers.connect()) {
            first.setAutoCommit(false);
            execute(first, "INSERT INTO t VALUES (1)");
            ClientCall<Long> waiting = ClientCall.start(() -> oneLong(second, "SELECT count(*) FROM t"));
            waiting.assertHeld();
            assertThat(servers.proxy().pool().waiting()).isEqualTo(1);
            execute(first, "INSERT INTO t VALUES (2)");
            first.commit();
            assertThat(waiting.get()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SESSION", "TRANSACTION"})
    void whoWaitsTooLongIsTold(Mode mode) throws Exception {
        start(mode, 1, Duration.ofMillis(300));
        try (Connection first = servers.connect();
                Connection second = servers.connect()) {
            first.setAutoCommit(false);
            execute(first, "SELECT 1");
            assertThatThrownBy(() -> execute(second, "SELECT 1"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("53300"))
                    .hasMessageContaining("no server connection became free for database \"orders__switch\" within"
                            + " 300 ms: all 1 of the proxy's are in use");
            assertThatThrownBy(servers::connect)
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("53300"));
            first.commit();
            try (Connection third = servers.connect()) {
                assertThat(oneLong(third, "SELECT 3")).isEqualTo(3);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SESSION", "TRANSACTION"})
    void whoHasWaitedLongestIsNext(Mode mode) throws Exception {
        start(mode, 1);
        List<Connection> connections = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            connections.add(servers.connect());
        }
        Connection busy = connections.removeFirst();
        busy.setAutoCommit(false);
        execute(busy, "SELECT 1");
        List<Long> order = new ArrayList<>();
        List<ClientCall<Boolean>> calls = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            long number = i;
            calls.add(ClientCall.start(() -> {
                execute(connections.get((int) number), "SELECT pg_sleep(0.02)");
                synchronized (order) {
                    order.add(number);
                }
                return true;
            }));
            int waiting = i + 1;
            Eventually.await(
                    "it waits",
                    Duration.ofSeconds(5),
                    () -> servers.proxy().pool().waiting() == waiting);
            TimeUnit.MILLISECONDS.sleep(150);
        }
        busy.commit();
        for (ClientCall<Boolean> call : calls) {
            call.get();
        }
        assertThat(order).containsExactly(0L, 1L, 2L, 3L);
        for (Connection connection : connections) {
            connection.close();
        }
        busy.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"SESSION", "TRANSACTION"})
    void whatOthersCanFeelOrNobodyCanCarryKeepsItsConnection(Mode mode) throws Exception {
        start(mode, 5);
        try (Connection locks = servers.connect();
                Connection listens = servers.connect();
                Connection temporary = servers.connect();
                Connection holds = servers.connect()) {
            execute(locks, "SELECT pg_advisory_lock(17)");
            execute(listens, "LISTEN news");
            execute(temporary, "CREATE TEMP TABLE mine AS SELECT 5 AS n");
            execute(holds, "BEGIN; DECLARE h CURSOR WITH HOLD FOR SELECT 6; COMMIT");
            List<Long> before = backends(locks, listens, temporary, holds);
            List<PooledSession> others = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                others.add(new PooledSession(i, servers.connect()));
            }
            for (PooledSession other : others) {
                other.assertOwnState();
            }
            assertThat(oneText(others.getFirst().connection(), "SELECT pg_try_advisory_lock(17)"))
                    .isEqualTo("f");
            assertThat(backends(locks, listens, temporary, holds)).isEqualTo(before);
            execute(others.getLast().connection(), "NOTIFY news, 'heard'");
            assertThat(listens.unwrap(PGConnection.class).getNotifications(5000))
                    .singleElement()
                    .satisfies(heard -> assertThat(heard.getParameter()).isEqualTo("heard"));
            assertThat(oneLong(temporary, "SELECT n FROM mine")).isEqualTo(5);
            assertThat(oneLong(holds, "FETCH h")).isEqualTo(6);
            closeAll(others);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SESSION", "TRANSACTION"})
    void whatASessionLeavesBehindIsNotFoundByTheNext(Mode mode) throws Exception {
        start(mode, 1);
        try (Connection first = servers.connect()) {
            execute(
                    first,
                    "SET work_mem = '9MB'",
                    "SET app.tenant = 'first'",
                    "PREPARE theirs AS SELECT 1",
                    "LISTEN theirs",
                    "CREATE TEMP TABLE theirs (n int)",
                    "SELECT pg_advisory_lock(1)");
        }
        try (Connection second = servers.connect();
                Connection third = servers.connect()) {
            assertThat(oneText(second, "SELECT current_setting('app.tenant', true)"))
                    .isNull();
            execute(second, "SET app.tenant = 'second'");
            for (Connection each : List.of(third, second)) {
                assertThat(oneText(each, "SHOW work_mem")).isEqualTo("4MB");
                assertThat(oneText(
                                each,
                                "SELECT (SELECT count(*) FROM pg_prepared_statements WHERE name = 'theirs')"
                                        + " + (SELECT count(*) FROM pg_listening_channels())"
                                        + " + (SELECT count(*) FROM pg_class WHERE relname = 'theirs')"
                                        + " + (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory')"))
                        .isEqualTo("0");
            }
            assertThat(oneText(third, "SELECT current_setting('app.tenant', true)"))
                    .isNull();
            assertThat(oneText(second, "SHOW app.tenant")).isEqualTo("second");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SESSION", "TRANSACTION"})
    void aCancelNeverHitsAnotherSessionsQuery(Mode mode) throws Exception {
        start(mode, 1);
        try (Connection cancelling = servers.connect();
                Connection victim = servers.connect();
                Statement statement = cancelling.createStatement()) {
            ClientCall<Integer> work = ClientCall.start(() -> {
                int done = 0;
                for (; done < 300; done++) {
                    execute(victim, "SELECT pg_sleep(0.002)");
                }
                return done;
            });
            int cancelled = 0;
            while (!work.isDone()) {
                ClientCall<Boolean> query = ClientCall.start(() -> statement.execute("SELECT pg_sleep(0.002)"));
                statement.cancel();
                try {
                    query.get();
                } catch (java.util.concurrent.ExecutionException e) {
                    assertThat(e).hasRootCauseInstanceOf(SQLException.class);
                    cancelled++;
                }
            }
            assertThat(work.get()).isEqualTo(300);
            ClientCall<Boolean> running = ClientCall.start(() -> statement.execute("SELECT pg_sleep(60)"));
            running.assertHeld();
            statement.cancel();
            assertThatThrownBy(running::get)
                    .rootCause()
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57014"));
            assertThat(cancelled).isGreaterThanOrEqualTo(0);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SESSION", "TRANSACTION"})
    void aConnectionThatIsLostWhileNobodyHasItIsNobodysError(Mode mode) throws Exception {
        start(mode, 1);
        try (PooledSession detached = new PooledSession(1, servers.connect())) {
            try (Connection passing = servers.connect()) {
                assertThat(oneLong(passing, "SELECT 1")).isEqualTo(1);
            }
            Eventually.await(
                    "the connection is nobody's",
                    Duration.ofSeconds(5),
                    () -> servers.proxy().pool().connectionsIdle() == 1);
            servers.expelFromSource();
            detached.assertOwnState();
        }
    }

    @Test
    void anIdleSessionOutlivesItsConnectionWhereItsStateIsKnown() throws Exception {
        start(Mode.TRANSACTION, 1);
        try (PooledSession session = new PooledSession(1, servers.connect());
                Connection other = servers.connect()) {
            session.assertOwnState();
            execute(other, "SELECT 1");
            assertThat(oneText(session.connection(), "SHOW work_mem")).isEqualTo("4098kB");
            servers.expelFromSource();
            session.assertOwnState();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SESSION", "TRANSACTION"})
    void clientsThatComeAndGoUseTheSameConnection(Mode mode) throws Exception {
        start(mode, 10);
        List<Long> backends = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            try (Connection passing = servers.connect()) {
                backends.addAll(backends(passing));
            }
            Eventually.await(
                    "the connection is nobody's",
                    Duration.ofSeconds(5),
                    () -> servers.proxy().pool().connectionsInUse() == 0);
        }
        // One on each event loop at most.
        assertThat(backends.stream().distinct().count()).isLessThanOrEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(names = {"SESSION", "TRANSACTION"})
    void sessionsThatCameWithOtherParametersDoNotShareAConnection(Mode mode) throws Exception {
        start(mode, 1);
        try (Connection one = servers.connect("ApplicationName", "one", "options", "-c work_mem=5MB");
                Connection two = servers.connect("ApplicationName", "two", "options", "-c work_mem=6MB")) {
            for (int round = 0; round < 3; round++) {
                execute(one, "SET work_mem = '1MB'", "RESET work_mem");
                execute(two, "SET work_mem = '1MB'", "RESET work_mem");
                assertThat(oneText(one, "SHOW work_mem")).isEqualTo("5MB");
                assertThat(oneText(two, "SHOW work_mem")).isEqualTo("6MB");
                assertThat(oneText(one, "SHOW application_name")).isEqualTo("one");
                assertThat(oneText(two, "SHOW application_name")).isEqualTo("two");
            }
            assertThat(serverConnections()).isEqualTo(1);
        }
    }

    private static List<Long> backends(Connection... connections) throws SQLException {
        List<Long> backends = new ArrayList<>();
        for (Connection connection : connections) {
            backends.add(oneLong(connection, "SELECT pg_backend_pid()"));
        }
        return backends;
    }

    private static void closeAll(List<PooledSession> sessions) throws SQLException {
        for (PooledSession session : sessions) {
            session.close();
        }
    }

    private long serverConnections() throws SQLException {
        try (Connection admin = servers.sourceServer().openAdmin("postgres")) {
            return oneLong(admin, "SELECT count(*) FROM pg_stat_activity WHERE datname = 'orders__switch'");
        }
    }
}
