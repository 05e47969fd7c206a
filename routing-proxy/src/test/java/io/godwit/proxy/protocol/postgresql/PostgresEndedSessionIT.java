package io.godwit.proxy.protocol.postgresql;

import static io.godwit.proxy.TwoServers.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.events.ProxyCommand.OnDrainTimeout;
import io.godwit.events.ProxyEvent.DrainCompleted;
import io.godwit.events.ProxyEvent.DrainTimedOut;
import io.godwit.events.ProxyEvent.TrafficHeld;
import io.godwit.proxy.TestProxy;
import io.godwit.proxy.TwoServers;
import io.godwit.testing.Eventually;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sessions that end while there is something to do with them. */
class PostgresEndedSessionIT {
    private static final Duration SHORT = Duration.ofMillis(400);
    private static final int OTHERS = 6;

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
    void whatAClientSendsAfterItsSessionHasEndedDoesNotCountAsHeld() throws Exception {
        try (RawPostgresClient deaf = RawPostgresClient.logIn(proxy, ORDERS)) {
            deaf.send(out -> query(out, "SELECT repeat('x', 1000000) FROM generate_series(1, 200)"));
            Eventually.await("it runs", Duration.ofSeconds(10), () -> servers.atWork("repeat") == 1);
            proxy.hold(ORDERS, 1, 1, SHORT, OnDrainTimeout.FORCE);
            assertThat(proxy.await(DrainCompleted.class).cut()).isEqualTo(1);
            deaf.send(out -> query(out, "SELECT 1"));

            Eventually.stays("nothing waits", SHORT, () -> proxy.gate(ORDERS).waiting() == 0);
        }
    }

    @Test
    void aClientThatBreaksTheProtocolWhileItIsHeldHoldsUpNobodyElse() throws Exception {
        try (RawPostgresClient broken = RawPostgresClient.logIn(proxy, ORDERS)) {
            List<RawPostgresClient> others = new ArrayList<>();
            try {
                for (int i = 0; i < OTHERS; i++) {
                    others.add(RawPostgresClient.logIn(proxy, ORDERS));
                }
                broken.send(out -> query(out, "SELECT pg_sleep(3)"));
                Eventually.await("it runs", Duration.ofSeconds(10), () -> servers.atWork("pg_sleep(3)") == 1);
                proxy.hold(ORDERS, 1, 1, SHORT, OnDrainTimeout.ABORT);
                proxy.await(TrafficHeld.class);
                broken.send(out -> out.writeByte('Q').writeInt(0));
                for (RawPostgresClient other : others) {
                    other.send(out -> query(out, "SELECT 42"));
                }
                proxy.await(DrainTimedOut.class);

                for (RawPostgresClient other : others) {
                    assertThat(other.answer().values()).containsExactly("42");
                }
            } finally {
                for (RawPostgresClient other : others) {
                    other.close();
                }
            }
        }
    }

    private static void query(ByteBuf out, String sql) {
        PostgresClientMessages.query(out, sql.getBytes(StandardCharsets.UTF_8));
    }
}
