package io.godwit.proxy;

import static io.godwit.proxy.ClientSql.execute;
import static io.godwit.proxy.ClientSql.oneLong;
import static io.godwit.proxy.ClientSql.oneText;
import static io.godwit.proxy.TwoServers.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.engines.PlacedDatabase;
import io.godwit.events.ProxyCommand.ArmMigration;
import io.godwit.events.ProxyEvent.DrainCompleted;
import io.godwit.events.ProxyEvent.MigrationArmed;
import io.godwit.events.ProxyEvent.PinnedSession;
import io.godwit.events.ProxyEvent.TrafficReleased;
import io.godwit.testing.Eventually;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A session's state is given to its next server ahead; what changes between then and the switch counts. */
class PostgresArmedSessionIT {
    private static final String STATEMENTS_THERE =
            "SELECT string_agg(name, ' ' ORDER BY name) FROM pg_prepared_statements";

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
    void whatASessionHadWhenItWasArmedIsThereAtTheSwitch() throws Exception {
        try (Connection connection = servers.connect()) {
            execute(connection, "SET work_mem = '7MB'", "PREPARE doubled (int) AS SELECT $1 * 2");
            servers.arm();
            assertThat(lastStatementOnTarget()).startsWith("PREPARE doubled");
            switchOver();

            assertThat(oneText(connection, "SHOW work_mem")).isEqualTo("7MB");
            assertThat(oneText(connection, "EXECUTE doubled (21)")).isEqualTo("42");
            assertOnTarget(connection);
        }
    }

    @Test
    void aSessionThatBeginsWhileAMoveIsPreparedJoinsInThat() throws Exception {
        servers.arm();
        try (Connection connection = servers.connect();
                Connection admin = servers.targetServer().openAdmin("postgres")) {
            String ahead = "SELECT count(*) FROM pg_stat_activity WHERE usename = '" + ORDERS.clientName() + "'";
            Eventually.await("it is ahead", Duration.ofSeconds(10), () -> oneLong(admin, ahead) == 1);
            Eventually.stays("ahead", Duration.ofMillis(300), () -> oneLong(admin, ahead) == 1);
            switchOver();

            assertOnTarget(connection);
            assertThat(oneLong(admin, ahead)).isEqualTo(1);
        }
    }

    @Test
    void aSessionThatHasRunNothingSinceItWasArmedLeavesWithoutBeingAsked() throws Exception {
        try (Connection connection = servers.connect()) {
            execute(connection, "SET work_mem = '7MB'", "PREPARE doubled (int) AS SELECT $1 * 2", "LISTEN news");
            servers.arm();
            String asked = lastAsked();
            holdAll();
            // One that listens keeps its connection until the fence.
            assertThat(lastAsked()).isEqualTo(asked);
            release(servers.target());

            assertThat(oneText(connection, "SHOW work_mem")).isEqualTo("7MB");
            assertThat(oneText(connection, "EXECUTE doubled (21)")).isEqualTo("42");
            assertThat(oneText(connection, "SELECT pg_listening_channels()")).isEqualTo("news");
            assertOnTarget(connection);
        }
    }

    @Test
    void aSessionThatHasRunNothingSinceItWasArmedStaysAsItIsWhenTheMoveIsGivenUp() throws Exception {
        try (Connection connection = servers.connect()) {
            execute(connection, "SET work_mem = '7MB'", "LISTEN news");
            servers.arm();
            holdAll();
            release(servers.source());

            assertThat(oneText(connection, "SHOW work_mem")).isEqualTo("7MB");
            assertThat(oneText(connection, "SELECT pg_listening_channels()")).isEqualTo("news");
            execute(connection, "SET work_mem = '8MB'");
            servers.move(2, 3, servers.target());
            assertThat(oneText(connection, "SHOW work_mem")).isEqualTo("8MB");
            assertOnTarget(connection);
        }
    }

    @Test
    void whatASessionGotSinceItWasArmedGoesAlong() throws Exception {
        try (Connection connection = servers.connect()) {
            execute(connection, "SET work_mem = '7MB'", "PREPARE doubled (int) AS SELECT $1 * 2");
            servers.arm();
            execute(connection, "PREPARE tripled (int) AS SELECT $1 * 3", "LISTEN later");
            switchOver();

            assertThat(oneText(connection, "EXECUTE doubled (21)")).isEqualTo("42");
            assertThat(oneText(connection, "EXECUTE tripled (2)")).isEqualTo("6");
            assertThat(oneText(connection, "SELECT pg_listening_channels()")).isEqualTo("later");
            assertOnTarget(connection);
        }
    }

    @Test
    void whatASessionChangedOrGaveUpSinceItWasArmedIsNotThere() throws Exception {
        servers.onBothServers("CREATE ROLE lesser", "GRANT lesser TO " + ORDERS.clientName());
        try (Connection connection = servers.connect()) {
            execute(
                    connection,
                    "SET work_mem = '7MB'",
                    "SET app.tenant = 'old'",
                    "SET statement_timeout = '1min'",
                    "PREPARE doubled (int) AS SELECT $1 * 2",
                    "PREPARE kept AS SELECT 1",
                    "LISTEN earlier",
                    "SET ROLE lesser");
            servers.arm();
            execute(
                    connection,
                    "RESET ROLE",
                    "SET work_mem = '8MB'",
                    "SET app.tenant = 'new'",
                    "RESET statement_timeout",
                    "DEALLOCATE doubled",
                    "UNLISTEN earlier");
            switchOver();

            assertThat(oneText(connection, "SELECT current_user")).isEqualTo(ORDERS.clientName());
            assertThat(oneText(connection, "SHOW work_mem")).isEqualTo("8MB");
            assertThat(oneText(connection, "SHOW app.tenant")).isEqualTo("new");
            assertThat(oneText(connection, "SHOW statement_timeout")).isEqualTo("0");
            assertThat(oneText(connection, STATEMENTS_THERE)).isEqualTo("kept");
            assertThat(oneLong(connection, "SELECT count(*) FROM pg_listening_channels()"))
                    .isZero();
            assertOnTarget(connection);
        } finally {
            servers.onBothServers("DROP ROLE lesser");
        }
    }

    @Test
    void aSessionThatHasDiscardedEverythingSinceItWasArmedTakesAlongWhatCameAfterwards() throws Exception {
        try (Connection connection = servers.connect()) {
            execute(
                    connection,
                    "CREATE TEMP TABLE mine (n int)",
                    "INSERT INTO mine VALUES (1)",
                    "PREPARE old AS SELECT 1");
            servers.arm();
            execute(
                    connection,
                    "DISCARD ALL",
                    "CREATE TEMP TABLE mine (n int)",
                    "INSERT INTO mine VALUES (2)",
                    "PREPARE new AS SELECT 2");
            switchOver();

            assertThat(oneLong(connection, "SELECT n FROM mine")).isEqualTo(2);
            assertThat(oneText(connection, STATEMENTS_THERE)).isEqualTo("new");
            assertOnTarget(connection);
        }
    }

    @Test
    void aSessionInATransactionIsArmedAllTheSameAndIsNotDisturbed() throws Exception {
        try (Connection connection = servers.connect()) {
            execute(connection, "SET work_mem = '7MB'");
            connection.setAutoCommit(false);
            execute(connection, "SET LOCAL work_mem = '9MB'");
            servers.arm();
            assertThat(oneText(connection, "SHOW work_mem")).isEqualTo("9MB");
            connection.commit();
            connection.setAutoCommit(true);
            switchOver();

            assertThat(oneText(connection, "SHOW work_mem")).isEqualTo("7MB");
            assertOnTarget(connection);
        }
    }

    @Test
    void aServerThatCanNotTakeTheStateAheadGetsItAtTheSwitchAndTheClientItsError() throws Exception {
        servers.onBothServers("CREATE ROLE lesser", "GRANT lesser TO " + ORDERS.clientName());
        try (Connection connection = servers.connect()) {
            execute(connection, "SET ROLE lesser");
            servers.targetServer().execute("postgres", "DROP ROLE lesser");
            servers.arm();
            assertThat(oneText(connection, "SELECT current_user")).isEqualTo("lesser");
            holdAll();
            ClientCall<String> held = ClientCall.start(() -> oneText(connection, "SELECT current_user"));
            held.assertHeld();
            servers.proxy().route(ORDERS, 2, servers.target());

            assertThatThrownBy(held::get)
                    .rootCause()
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("session could not be carried over");
        } finally {
            servers.onBothServers("DROP ROLE IF EXISTS lesser");
        }
    }

    @Test
    void aTargetThatEndsItsArmedSessionsIsAskedForNewOnes() throws Exception {
        try (Connection connection = servers.connect()) {
            execute(connection, "SET work_mem = '7MB'");
            servers.arm();
            endArmedSessions();
            switchOver();

            assertThat(oneText(connection, "SHOW work_mem")).isEqualTo("7MB");
            assertOnTarget(connection);
        }
    }

    @Test
    void whatTheTargetHadNotWhenItWasArmedIsAskedForAgainAtTheSwitch() throws Exception {
        TwoServers.on(servers.source(), "CREATE TABLE fresh (a int)");
        try (Connection connection = servers.connect()) {
            execute(connection, "PREPARE reads AS SELECT count(*) FROM fresh", "PREPARE one AS SELECT 1");
            servers.arm();
            // As a change of the schema that is on its way comes to the target.
            TwoServers.on(servers.target(), "CREATE TABLE fresh (a int)");
            switchOver();

            assertThat(oneText(connection, "EXECUTE reads")).isEqualTo("0");
            assertThat(oneText(connection, STATEMENTS_THERE)).isEqualTo("one reads");
            assertOnTarget(connection);
        }
    }

    @Test
    void aTargetThatHasEndedItsArmedSessionsGetsWhatIsNewOnOthers() throws Exception {
        try (Connection connection = servers.connect()) {
            servers.arm();
            endArmedSessions();
            execute(connection, "SET work_mem = '7MB'");
            switchOver();

            assertThat(oneText(connection, "SHOW work_mem")).isEqualTo("7MB");
            assertOnTarget(connection);
        }
    }

    @Test
    void whatWouldPinASessionIsToldWhenTheMoveIsPrepared() throws Exception {
        try (Connection pinned = servers.connect();
                Connection moving = servers.connect()) {
            execute(pinned, "CREATE TEMP VIEW v AS SELECT 1");
            execute(moving, "SET work_mem = '7MB'");
            servers.proxy()
                    .command(new ArmMigration(TestProxy.step(ORDERS, 1), 1, TestProxy.backend(servers.target())));
            assertThat(servers.proxy().await(MigrationArmed.class).pinned())
                    .extracting(PinnedSession::reason)
                    .containsExactly("temporary object other than a table or sequence");
            assertThat(oneLong(pinned, "SELECT count(*) FROM v")).isEqualTo(1);
            execute(pinned, "DROP VIEW v");
            switchOver();
            assertOnTarget(pinned);
        }
    }

    private void switchOver() throws InterruptedException {
        holdAll();
        release(servers.target());
    }

    private void holdAll() throws InterruptedException {
        servers.hold(1);
        servers.proxy().await(DrainCompleted.class);
    }

    private void release(PlacedDatabase where) throws InterruptedException {
        servers.proxy().route(ORDERS, 2, where);
        servers.proxy().await(TrafficReleased.class);
    }

    private void endArmedSessions() throws SQLException {
        servers.targetServer()
                .execute(
                        "postgres",
                        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = '"
                                + ORDERS.clientName() + "'");
    }

    /** Of the one session that is there. */
    private String lastStatementOnTarget() throws SQLException {
        try (Connection admin = servers.targetServer().openAdmin("postgres")) {
            return oneText(admin, "SELECT query FROM pg_stat_activity WHERE usename = '" + ORDERS.clientName() + "'");
        }
    }

    /** When the source was last asked for anything by the one session that is there. */
    private String lastAsked() throws SQLException {
        try (Connection admin = servers.sourceServer().openAdmin("postgres")) {
            return oneText(
                    admin, "SELECT query_start FROM pg_stat_activity WHERE usename = '" + ORDERS.clientName() + "'");
        }
    }

    private void assertOnTarget(Connection connection) throws SQLException {
        assertThat(oneLong(connection, "SELECT inet_server_port()"))
                .isEqualTo(servers.target().server().address().port());
    }
}
