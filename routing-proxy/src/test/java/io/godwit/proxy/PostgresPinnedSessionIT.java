package io.godwit.proxy;

import static io.godwit.proxy.ClientSql.execute;
import static io.godwit.proxy.ClientSql.oneLong;
import static io.godwit.proxy.ClientSql.oneText;
import static io.godwit.proxy.TwoServers.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.events.ProxyCommand.ArmMigration;
import io.godwit.events.ProxyCommand.InspectSessions;
import io.godwit.events.ProxyCommand.OnDrainTimeout;
import io.godwit.events.ProxyEvent.DrainCompleted;
import io.godwit.events.ProxyEvent.DrainTimedOut;
import io.godwit.events.ProxyEvent.MigrationArmed;
import io.godwit.events.ProxyEvent.PinnedSession;
import io.godwit.events.ProxyEvent.SessionsInspected;
import io.godwit.events.ProxyEvent.TrafficHeld;
import io.godwit.testing.Eventually;
import io.godwit.testing.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/** A session that can't leave its server is waited for, named, and cut only when that was asked for. */
class PostgresPinnedSessionIT {
    private static final String SLEEPING = "SELECT pg_sleep(";
    private static final Duration SHORT = Duration.ofMillis(500);

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
    void aTransactionFinishesOnTheServerItBeganOn() throws Exception {
        servers.onBoth("CREATE TABLE written (n int)");
        try (Connection connection = servers.connect()) {
            connection.setAutoCommit(false);
            execute(connection, "INSERT INTO written VALUES (1)");
            servers.hold(1);
            proxy.await(TrafficHeld.class);
            execute(connection, "INSERT INTO written VALUES (2)");
            assertThat(proxy.hasTold(DrainCompleted.class)).isFalse();
            connection.commit();
            proxy.await(DrainCompleted.class);
            proxy.route(ORDERS, 2, servers.target());
            assertThat(oneLong(connection, "SELECT count(*) FROM written")).isZero();
            connection.rollback();
        }
        try (Connection connection = PostgresServer.openOwner(servers.source())) {
            assertThat(oneLong(connection, "SELECT count(*) FROM written")).isEqualTo(2);
        }
    }

    @Test
    void whatPinsASessionIsNamedWhenTheDrainIsGivenUpAndTheSessionGoesOn() throws Exception {
        try (Connection temporary = servers.connect();
                Connection unclear = servers.connect("preferQueryMode", "simple");
                Connection holding = servers.connect();
                Connection open = servers.connect()) {
            execute(temporary, "CREATE TEMP VIEW v AS SELECT 1");
            execute(unclear, "SELECT 1; PREPARE a AS SELECT 1; DEALLOCATE a; PREPARE a AS SELECT 2");
            execute(holding, "BEGIN", "DECLARE c CURSOR WITH HOLD FOR SELECT 1", "COMMIT");
            open.setAutoCommit(false);
            execute(open, "SELECT 1");
            proxy.hold(ORDERS, 1, 1, SHORT, OnDrainTimeout.ABORT);
            assertThat(proxy.await(DrainTimedOut.class).pinned())
                    .extracting(PinnedSession::reason)
                    .containsExactlyInAnyOrder(
                            "temporary object other than a table or sequence",
                            "prepared statement that can't be told from the commands it came with",
                            "cursor WITH HOLD",
                            "transaction");
            assertThat(oneLong(temporary, "SELECT count(*) FROM v")).isEqualTo(1);
            assertThat(oneText(unclear, "EXECUTE a")).isEqualTo("2");
            execute(unclear, "DEALLOCATE a");
            execute(holding, "CLOSE c");
            execute(temporary, "DROP VIEW v");
            open.commit();
            proxy.hold(ORDERS, 1, 2, TwoServers.DRAIN, OnDrainTimeout.ABORT);
            assertThat(proxy.await(DrainCompleted.class).sessions()).isEqualTo(4);
        }
    }

    @Test
    void aPinnedSessionDrainsAsSoonAsItLetsGo() throws Exception {
        try (Connection connection = servers.connect()) {
            execute(connection, "CREATE TEMP VIEW v AS SELECT 1");
            servers.hold(1);
            proxy.await(TrafficHeld.class);
            Eventually.stays("pinned", Duration.ofMillis(200), () -> !proxy.hasTold(DrainCompleted.class));
            execute(connection, "DROP VIEW v");
            proxy.await(DrainCompleted.class);
        }
    }

    @Test
    void aForcedDrainCutsWithTheServersOwnError() throws Exception {
        try (Connection stuck = servers.connect();
                Connection idle = servers.connect()) {
            ClientCall<String> running = ClientCall.start(() -> oneText(stuck, "SELECT pg_sleep(60)::text"));
            Eventually.await("query runs", Duration.ofSeconds(5), () -> servers.atWork(SLEEPING) == 1);
            proxy.hold(ORDERS, 1, 1, SHORT, OnDrainTimeout.FORCE);
            assertThat(proxy.await(DrainCompleted.class).cut()).isEqualTo(1);
            assertThatThrownBy(running::get).rootCause().isInstanceOfSatisfying(SQLException.class, e -> {
                assertThat(e.getSQLState()).isEqualTo("57P01");
                assertThat(e.getMessage()).contains("terminating connection due to administrator command");
            });
            Eventually.await("the server has stopped it", Duration.ofSeconds(5), () -> servers.atWork(SLEEPING) == 0);
            proxy.route(ORDERS, 2, servers.target());
            assertThat(oneLong(idle, "SELECT 1")).isEqualTo(1);
        }
    }

    @Test
    void aForcedDrainSparesThoseWhoWaitForTheLocksOfAnOpenTransaction() throws Exception {
        servers.onBoth("CREATE TABLE counted (n int)", "INSERT INTO counted VALUES (0)");
        try (Connection holding = servers.connect();
                Connection waiting = servers.connect()) {
            holding.setAutoCommit(false);
            execute(holding, "UPDATE counted SET n = n + 100");
            ClientCall<Integer> update = ClientCall.start(() -> {
                try (Statement statement = waiting.createStatement()) {
                    return statement.executeUpdate("UPDATE counted SET n = n + 1");
                }
            });
            update.assertHeld();
            proxy.hold(ORDERS, 1, 1, SHORT, OnDrainTimeout.FORCE);
            assertThat(proxy.await(DrainCompleted.class).cut()).isEqualTo(1);

            assertThat(update.get()).isEqualTo(1);
            assertThatThrownBy(holding::commit)
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57P01"));
            try (Connection admin = PostgresServer.openOwner(servers.source())) {
                assertThat(oneLong(admin, "SELECT n FROM counted")).isEqualTo(1);
            }
        }
    }

    @Test
    void aForcedDrainSparesThoseWhoWaitForTheLocksOfAStalledCopy() throws Exception {
        servers.onBoth("CREATE TABLE counted (n int)", "INSERT INTO counted VALUES (0)");
        try (Connection holding = servers.connect();
                Connection waiting = servers.connect()) {
            holding.setAutoCommit(false);
            execute(holding, "LOCK TABLE counted");
            holding.unwrap(PGConnection.class).getCopyAPI().copyIn("COPY counted FROM STDIN");
            ClientCall<Long> count = ClientCall.start(() -> oneLong(waiting, "SELECT count(*) FROM counted"));
            count.assertHeld();
            proxy.hold(ORDERS, 1, 1, SHORT, OnDrainTimeout.FORCE);
            assertThat(proxy.await(DrainCompleted.class).cut()).isEqualTo(1);

            assertThat(count.get()).isEqualTo(1);
        }
    }

    @Test
    void whoCouldNotLeaveIsToldWhileNobodyHasToAndNobodyIsDisturbed() throws Exception {
        try (Connection open = servers.connect();
                Connection large = servers.connect();
                Connection small = servers.connect();
                Connection free = servers.connect();
                Connection busy = servers.connect()) {
            open.setAutoCommit(false);
            execute(open, "SELECT 1");
            execute(
                    large,
                    "CREATE TEMP TABLE t AS SELECT n, repeat('x', 200) AS t FROM generate_series(1, 10001) AS n");
            execute(small, "CREATE TEMP TABLE t AS SELECT n FROM generate_series(1, 10) AS n");
            execute(free, "PREPARE kept AS SELECT 42");
            ClientCall<String> running = ClientCall.start(() -> oneText(busy, "SELECT pg_sleep(1.5)::text || 'done'"));
            Eventually.await("query runs", Duration.ofSeconds(5), () -> servers.atWork(SLEEPING) == 1);
            proxy.command(new InspectSessions(TestProxy.step(ORDERS, 1)));
            SessionsInspected answer = proxy.await(SessionsInspected.class);

            assertThat(answer.sessions()).isEqualTo(5);
            assertThat(answer.pinnedSessions()).isEqualTo(3);
            assertThat(answer.pinned())
                    .extracting(PinnedSession::reason)
                    .containsExactlyInAnyOrder(
                            "transaction", "temporary tables of more than 1 MiB or 10000 rows", "query");
            assertThat(running.get()).isEqualTo("done");
            assertThat(oneLong(open, "SELECT 1")).isEqualTo(1);
            assertThat(oneLong(large, "SELECT count(*) FROM t")).isEqualTo(10001);
            assertThat(oneLong(small, "SELECT count(*) FROM t")).isEqualTo(10);
            assertThat(oneText(free, "EXECUTE kept")).isEqualTo("42");
            open.rollback();
            execute(large, "DROP TABLE t");
            servers.move(1, 2, servers.target());
            assertThat(oneLong(small, "SELECT count(*) FROM t")).isEqualTo(10);
            assertThat(oneText(free, "EXECUTE kept")).isEqualTo("42");
        }
    }

    @Test
    void whatWasInTheWayWhenSessionsWereInspectedIsLookedAtAnewWhenTheMoveArms() throws Exception {
        try (Connection waited = servers.connect();
                Connection waiting = servers.connect()) {
            execute(waited, "SELECT pg_advisory_lock(7)");
            ClientCall<String> lock = ClientCall.start(() -> oneText(waiting, "SELECT pg_advisory_lock(7)::text"));
            Eventually.await("somebody waits", Duration.ofSeconds(5), () -> lockWaiters() == 1);
            proxy.command(new InspectSessions(TestProxy.step(ORDERS, 1)));
            assertThat(proxy.await(SessionsInspected.class).pinned())
                    .extracting(PinnedSession::reason)
                    .contains("advisory lock that another session waits for");
            servers.sourceServer().execute("postgres", "SELECT pg_cancel_backend(pid) FROM pg_locks WHERE NOT granted");
            assertThatThrownBy(lock::get).rootCause().isInstanceOf(SQLException.class);
            proxy.command(new ArmMigration(TestProxy.step(ORDERS, 2), 1, TestProxy.backend(servers.target())));
            assertThat(proxy.await(MigrationArmed.class).pinned()).isEmpty();
        }
    }

    private long lockWaiters() throws SQLException {
        try (Connection admin = servers.sourceServer().openAdmin("postgres")) {
            return oneLong(admin, "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'advisory'");
        }
    }
}
