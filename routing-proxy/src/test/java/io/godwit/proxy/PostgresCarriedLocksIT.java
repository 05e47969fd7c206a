package io.godwit.proxy;

import static io.godwit.proxy.ClientSql.execute;
import static io.godwit.proxy.ClientSql.oneText;
import static io.godwit.proxy.TwoServers.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.events.ProxyCommand;
import io.godwit.events.ProxyCommand.OnDrainTimeout;
import io.godwit.events.ProxyEvent.DrainCompleted;
import io.godwit.events.ProxyEvent.TrafficHeld;
import io.godwit.events.ProxyEvent.TrafficReleased;
import io.godwit.testing.Eventually;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/** Who has an advisory lock has it on every server, and nobody else at any time. */
class PostgresCarriedLocksIT {
    private static final Duration LONG = Duration.ofSeconds(10);

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
    void locksOfEveryKindAreThereAsOftenAsTheyWereTaken() throws Exception {
        try (Connection locking = servers.connect();
                Connection other = servers.connect()) {
            execute(
                    locking,
                    "SELECT pg_advisory_lock(-5), pg_advisory_lock(-5), pg_advisory_lock_shared(-5)",
                    "SELECT pg_advisory_lock(7, -9)",
                    "SELECT pg_advisory_lock_shared(9223372036854775807)",
                    "SET statement_timeout = '20s'");
            servers.move(1, 2, servers.target());
            assertThat(oneText(locking, "SHOW lock_timeout")).isEqualTo("0");
            assertThat(oneText(locking, "SHOW statement_timeout")).isEqualTo("20s");
            assertThat(has(other, "pg_try_advisory_lock(7, -9)")).isFalse();
            assertThat(has(other, "pg_try_advisory_lock(9223372036854775807)")).isFalse();
            assertThat(has(other, "pg_try_advisory_lock_shared(9223372036854775807)"))
                    .isTrue();
            assertThat(has(locking, "pg_advisory_unlock(-5)")).isTrue();
            assertThat(has(other, "pg_try_advisory_lock(-5)")).isFalse();
            assertThat(has(locking, "pg_advisory_unlock(-5)")).isTrue();
            assertThat(has(locking, "pg_advisory_unlock(-5)")).isFalse();
            assertThat(has(other, "pg_try_advisory_lock(-5)")).isFalse();
            assertThat(has(locking, "pg_advisory_unlock_shared(-5)")).isTrue();
            assertThat(has(other, "pg_try_advisory_lock(-5)")).isTrue();
        }
    }

    @Test
    void theSourceGivesTheLockToNobodyBeforeItIsFenced() throws Exception {
        try (Connection locking = servers.connect();
                Connection late = servers.connect()) {
            late.setAutoCommit(false);
            execute(late, "SELECT 1");
            execute(locking, "SELECT pg_advisory_lock(42)");
            servers.hold(1);
            proxy.await(TrafficHeld.class);
            Eventually.stays("the lock is taken", Duration.ofMillis(300), () -> !has(late, "pg_try_advisory_lock(42)"));
            late.commit();
            proxy.await(DrainCompleted.class);
            proxy.command(new ProxyCommand.ReleaseTraffic(TestProxy.step(ORDERS, 1), 1));
            assertThat(has(late, "pg_try_advisory_lock(42)")).isFalse();
            late.rollback();
            assertThat(has(locking, "pg_advisory_unlock(42)")).isTrue();
        }
    }

    @Test
    void theTargetHasTheLockBeforeAnyProxyLetsAnybodyIn() throws Exception {
        try (Connection locking = servers.connect();
                Connection onTarget = servers.targetServer().openAdmin(ORDERS.clientName())) {
            execute(locking, "SELECT pg_advisory_lock(42)");
            proxy.arm(ORDERS, 1, servers.target());
            servers.hold(1);
            proxy.await(DrainCompleted.class);
            assertThat(has(onTarget, "pg_try_advisory_lock(42)")).isFalse();
            servers.closeSource();
            servers.expelFromSource();
            // The move is given up: what was taken ahead is let go of again.
            servers.openSource();
            proxy.command(new ProxyCommand.ReleaseTraffic(TestProxy.step(ORDERS, 1), 1));
            proxy.await(TrafficReleased.class);
            Eventually.await("the target is free again", LONG, () -> has(onTarget, "pg_try_advisory_lock(42)"));
            assertThat(has(locking, "pg_advisory_unlock(42)")).isTrue();
        }
    }

    @Test
    void aCrowdThatWaitsForTheGateDoesNotGetTheLockBeforeItsOwnerIsBack() throws Exception {
        List<Connection> crowd = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            crowd.add(servers.connect());
        }
        try (Connection locking = servers.connect()) {
            execute(locking, "SELECT pg_advisory_lock(42)");
            // Without a connection ahead, as in a rollback.
            servers.hold(1);
            proxy.await(DrainCompleted.class);
            servers.closeSource();
            servers.expelFromSource();
            List<ClientCall<Boolean>> attempts = new ArrayList<>();
            for (Connection connection : crowd) {
                attempts.add(ClientCall.start(() -> has(connection, "pg_try_advisory_lock(42)")));
            }
            attempts.getLast().assertHeld();
            proxy.route(ORDERS, 2, servers.target());
            for (ClientCall<Boolean> attempt : attempts) {
                assertThat(attempt.get()).isFalse();
            }
            assertThat(has(locking, "pg_advisory_unlock(42)")).isTrue();
        } finally {
            for (Connection connection : crowd) {
                connection.close();
            }
        }
    }

    @Test
    void noOtherProxyGivesTheLockAwayBeforeItsOwnersProxyHasHeardOfTheSwitch() throws Exception {
        try (TestProxy otherProxy = new TestProxy()) {
            otherProxy.route(ORDERS, 1, servers.source());
            try (Connection locking = servers.connect();
                    Connection elsewhere = otherProxy.connect(ORDERS)) {
                execute(locking, "SELECT pg_advisory_lock(42)");
                for (TestProxy each : List.of(proxy, otherProxy)) {
                    each.arm(ORDERS, 1, servers.target());
                    each.hold(ORDERS, 1, 1, TwoServers.DRAIN, OnDrainTimeout.ABORT);
                }
                proxy.await(DrainCompleted.class);
                otherProxy.await(DrainCompleted.class);
                otherProxy.route(ORDERS, 2, servers.target());
                assertThat(has(elsewhere, "pg_try_advisory_lock(42)")).isFalse();
                proxy.route(ORDERS, 2, servers.target());
                assertThat(has(locking, "pg_advisory_unlock(42)")).isTrue();
                assertThat(has(elsewhere, "pg_try_advisory_lock(42)")).isTrue();
            }
        }
    }

    @Test
    void aLockThatGoesToAnotherSessionBetweenArmingAndTheSwitchIsThatOnes() throws Exception {
        try (Connection before = servers.connect();
                Connection after = servers.connect()) {
            execute(before, "SELECT pg_advisory_lock(42)");
            servers.arm();
            execute(before, "SELECT pg_advisory_unlock(42)");
            execute(after, "SELECT pg_advisory_lock(42)");
            servers.hold(1);
            proxy.await(DrainCompleted.class);
            proxy.route(ORDERS, 2, servers.target());
            assertThat(has(before, "pg_try_advisory_lock(42)")).isFalse();
            assertThat(has(after, "pg_advisory_unlock(42)")).isTrue();
        }
    }

    @Test
    void aLockThatAnotherSessionWaitsForIsLetGoOfByItsOwner() throws Exception {
        try (Connection locking = servers.connect();
                Connection waiting = servers.connect()) {
            execute(locking, "SELECT pg_advisory_lock(42)");
            ClientCall<String> wait = ClientCall.start(() -> oneText(waiting, "SELECT pg_advisory_lock(42)::text"));
            Eventually.await("it waits", LONG, () -> waitingForLocks() == 1);
            servers.hold(1);
            proxy.await(TrafficHeld.class);
            wait.assertHeld();
            assertThat(has(locking, "pg_advisory_unlock(42)")).isTrue();
            wait.get();
            proxy.await(DrainCompleted.class);
            proxy.route(ORDERS, 2, servers.target());
            assertThat(has(locking, "pg_try_advisory_lock(42)")).isFalse();
            assertThat(has(waiting, "pg_advisory_unlock(42)")).isTrue();
        }
    }

    @Test
    void aSessionWhoseLockIsTakenOnTheTargetIsEndedAndNoOther() throws Exception {
        try (Connection locking = servers.connect();
                Connection other = servers.connect();
                Connection thief = servers.targetServer().openAdmin(ORDERS.clientName())) {
            execute(locking, "SELECT pg_advisory_lock(42)");
            execute(other, "SELECT pg_advisory_lock(43)");
            execute(thief, "SELECT pg_advisory_lock(42)");
            servers.move(1, 2, servers.target());
            assertThat(has(other, "pg_advisory_unlock(43)")).isTrue();
            assertThatThrownBy(() -> execute(locking, "SELECT 1"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isIn("57P01", "08006"));
        }
    }

    @Test
    void noNotificationIsMissed() throws Exception {
        try (Connection listening = servers.connect();
                Connection late = servers.connect()) {
            execute(listening, "LISTEN news");
            late.setAutoCommit(false);
            execute(late, "SELECT 1");
            servers.hold(1);
            proxy.await(TrafficHeld.class);
            Eventually.stays("drains", Duration.ofMillis(200), () -> !proxy.hasTold(DrainCompleted.class));
            execute(late, "NOTIFY news, 'from the source'");
            late.commit();
            proxy.await(DrainCompleted.class);
            servers.closeSource();
            servers.expelFromSource();
            late.setAutoCommit(true);
            ClientCall<Boolean> first = ClientCall.start(() -> {
                execute(late, "NOTIFY news, 'from the target'");
                return true;
            });
            first.assertHeld();
            proxy.route(ORDERS, 2, servers.target());
            first.get();
            List<String> heard = new ArrayList<>();
            Eventually.await("both are heard", LONG, () -> {
                for (var notification : listening.unwrap(PGConnection.class).getNotifications(100)) {
                    heard.add(notification.getParameter());
                }
                return heard.size() == 2;
            });
            assertThat(heard).containsExactly("from the source", "from the target");
        }
    }

    private long waitingForLocks() throws SQLException {
        try (Connection admin = servers.sourceServer().openAdmin("postgres")) {
            return ClientSql.oneLong(
                    admin, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted");
        }
    }

    private static boolean has(Connection connection, String function) throws SQLException {
        return oneText(connection, "SELECT " + function).equals("t");
    }
}
