package io.godwit.proxy.protocol.postgresql;

import static io.godwit.proxy.TwoServers.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.events.ProxyCommand;
import io.godwit.events.ProxyCommand.OnDrainTimeout;
import io.godwit.events.ProxyEvent.DrainCompleted;
import io.godwit.events.ProxyEvent.DrainTimedOut;
import io.godwit.events.ProxyEvent.PinnedSession;
import io.godwit.proxy.TestProxy;
import io.godwit.proxy.TwoServers;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Drivers exist that parse without a name, read the answer, and bind only then. A move may come in between. */
class PostgresUnnamedStatementIT {
    private static final byte[] UNNAMED = {};

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
    void itCanBeBoundBehindAMoveAndAgain() throws Exception {
        try (RawPostgresClient client = RawPostgresClient.logIn(servers.proxy(), ORDERS)) {
            parse(client, "SELECT $1::int + 1");
            servers.move(1, 2, servers.target());
            assertThat(bind(client, "41")).isEqualTo(new RawPostgresClient.Answer(List.of("42"), List.of()));
            servers.move(2, 3, servers.source());
            assertThat(bind(client, "1")).isEqualTo(new RawPostgresClient.Answer(List.of("2"), List.of()));
        }
    }

    @Test
    void itIsTheSameAfterAHoldThatWasGivenUp() throws Exception {
        try (RawPostgresClient client = RawPostgresClient.logIn(servers.proxy(), ORDERS);
                RawPostgresClient open = RawPostgresClient.logIn(servers.proxy(), ORDERS)) {
            open.send(out -> PostgresClientMessages.query(out, bytes("BEGIN")));
            open.answer();
            client.send(out -> PostgresClientMessages.query(
                    out, bytes("BEGIN; DECLARE pins CURSOR WITH HOLD FOR SELECT 1; COMMIT")));
            client.answer();
            parse(client, "SELECT $1::int + 1");
            servers.proxy().hold(ORDERS, 1, 1, Duration.ofMillis(300), OnDrainTimeout.ABORT);
            servers.proxy().await(DrainTimedOut.class);
            assertThat(bind(client, "41").values()).containsExactly("42");
        }
    }

    @Test
    void itIsTheSameAfterAMoveWasPrepared() throws Exception {
        try (RawPostgresClient client = RawPostgresClient.logIn(servers.proxy(), ORDERS)) {
            parse(client, "SELECT $1::int + 1");
            servers.arm();
            assertThat(bind(client, "41").values()).containsExactly("42");
        }
    }

    @Test
    void oneThatIsTooLongToBeCarriedIsWaitedForUntilItIsBound() throws Exception {
        try (RawPostgresClient client = RawPostgresClient.logIn(servers.proxy(), ORDERS)) {
            parse(client, "SELECT $1::int + 1 --" + "x".repeat(PostgresStatementWatch.LOOKED_AT));
            servers.proxy().hold(ORDERS, 1, 1, Duration.ofMillis(300), OnDrainTimeout.ABORT);
            assertThat(servers.proxy().await(DrainTimedOut.class).pinned())
                    .extracting(PinnedSession::reason)
                    .containsExactly("unnamed prepared statement of more than 16 kB");
            servers.proxy().hold(ORDERS, 1, 2, TwoServers.DRAIN, OnDrainTimeout.ABORT);
            assertThat(bind(client, "41").values()).containsExactly("42");
            servers.proxy().await(DrainCompleted.class);
            servers.proxy().command(new ProxyCommand.ReleaseTraffic(TestProxy.step(ORDERS, 2), 1));
        }
    }

    private static void parse(RawPostgresClient client, String sql) throws Exception {
        client.send(out -> {
            PostgresClientMessages.parse(out, UNNAMED, bytes(sql), new int[0]);
            PostgresClientMessages.sync(out);
        });
        assertThat(client.answer().errors()).isEmpty();
    }

    private static RawPostgresClient.Answer bind(RawPostgresClient client, String value) throws Exception {
        client.send(out -> {
            PostgresClientMessages.bind(out, UNNAMED, bytes(value));
            PostgresClientMessages.execute(out);
            PostgresClientMessages.sync(out);
        });
        return client.answer();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
