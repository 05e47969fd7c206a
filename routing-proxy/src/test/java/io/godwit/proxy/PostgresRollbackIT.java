package io.godwit.proxy;

import static io.godwit.proxy.ClientSql.execute;
import static io.godwit.proxy.ClientSql.oneLong;
import static io.godwit.proxy.ClientSql.oneText;
import static io.godwit.proxy.TwoServers.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.Login;
import io.godwit.events.ProxyCommand.ArmRollback;
import io.godwit.events.ProxyEvent.DrainCompleted;
import io.godwit.events.ProxyEvent.MigrationArmed;
import io.godwit.events.ProxyEvent.TrafficReleased;
import io.godwit.testing.Eventually;
import io.godwit.testing.PostgresServer;
import io.godwit.testing.TestSecrets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The way back leads to a server that is fenced until it is taken, and has a secret for those who come ahead. */
class PostgresRollbackIT {
    private static final String SECRET = "for those who come ahead";

    private TwoServers servers;

    @BeforeEach
    void start() throws SQLException, InterruptedException {
        servers = new TwoServers();
    }

    @AfterEach
    void stop() throws SQLException {
        servers.close();
    }

    @Test
    void sessionsGoBackOnTheConnectionsThatWereOpenedAheadWhileNobodyElseIsLetIn() throws Exception {
        try (Connection connection = servers.connect()) {
            execute(connection, "SET work_mem = '7MB'");
            servers.move(1, 2, servers.target());
            openPassage();
            arm(2);
            long ahead = onSource("SELECT pid FROM pg_stat_activity WHERE usename = '" + ORDERS.clientName() + "'");
            assertThat(oneLong(connection, "SELECT inet_server_port()"))
                    .isEqualTo(servers.target().server().address().port());
            servers.hold(2);
            servers.proxy().await(DrainCompleted.class);
            servers.proxy().route(ORDERS, 3, servers.source());
            servers.proxy().await(TrafficReleased.class);

            assertThat(oneLong(connection, "SELECT pg_backend_pid()")).isEqualTo(ahead);
            assertThat(oneText(connection, "SHOW work_mem")).isEqualTo("7MB");
            ClientCall<Long> later = ClientCall.start(() -> {
                try (Connection unprepared = servers.connect()) {
                    return oneLong(unprepared, "SELECT inet_server_port()");
                }
            });
            later.assertHeld();
            closePassage();
            assertThat(later.get())
                    .isEqualTo(servers.source().server().address().port());
        }
    }

    @Test
    void aProxyThatHasNotHeardOfTheMoveOpensNoConnectionsToTheFencedServer() throws Exception {
        // With that the driver needs no SET after its login.
        try (Connection connection = servers.connect("assumeMinServerVersion", "14")) {
            assertThat(oneText(connection, "SELECT 'before'")).isEqualTo("before");
            servers.closeSource();
            servers.expelFromSource();
            ClientCall<String> waiting = ClientCall.start(() -> oneText(connection, "SELECT 'after'"));
            waiting.assertHeld();
            openPassage();
            arm(2);

            waiting.assertHeld();
            assertThat(onSource("SELECT count(*) FROM pg_stat_activity WHERE usename = '" + ORDERS.clientName() + "'"))
                    .isZero();
            servers.proxy().route(ORDERS, 2, servers.target());
            assertThat(waiting.get()).isEqualTo("after");
        }
    }

    private void arm(long epoch) throws InterruptedException {
        Login passage =
                new Login(servers.source().owner().user(), TestSecrets.sealer().seal(SECRET));
        servers.proxy()
                .command(new ArmRollback(
                        TestProxy.step(ORDERS, 1), epoch, TestProxy.backend(servers.source()), passage));
        servers.proxy().await(MigrationArmed.class);
    }

    /** A login that was asked for the usual password must be over before it could find that it may come in. */
    private void openPassage() throws Exception {
        password(SECRET);
        Eventually.await(
                "every login that had begun is over",
                Duration.ofSeconds(20),
                () -> onSource("SELECT count(*) FROM pg_locks l WHERE l.locktype = 'virtualxid' AND NOT EXISTS"
                                + " (SELECT FROM pg_stat_activity a"
                                + " WHERE a.pid = l.pid AND a.state IS DISTINCT FROM 'starting')")
                        == 0);
        alterOwner("LOGIN");
    }

    private void closePassage() throws SQLException {
        password(TestSecrets.sealer().open(servers.source().owner().password()));
    }

    private void password(String password) throws SQLException {
        alterOwner("PASSWORD '" + password + "'");
    }

    private void alterOwner(String change) throws SQLException {
        servers.sourceServer()
                .execute("postgres", "ALTER ROLE " + servers.source().owner().user() + " " + change);
    }

    private long onSource(String sql) throws SQLException {
        try (Connection admin =
                PostgresServer.connections().openAdmin(servers.source().server(), "postgres")) {
            return oneLong(admin, sql);
        }
    }
}
