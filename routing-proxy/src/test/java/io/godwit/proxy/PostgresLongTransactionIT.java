package io.godwit.proxy;

import static io.godwit.proxy.ClientSql.execute;
import static io.godwit.proxy.ClientSql.oneLong;
import static io.godwit.proxy.ClientSql.oneText;
import static io.godwit.proxy.TwoServers.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.events.ProxyCommand.OnDrainTimeout;
import io.godwit.events.ProxyEvent;
import io.godwit.events.ProxyEvent.DrainCompleted;
import io.godwit.events.ProxyEvent.DrainTimedOut;
import io.godwit.events.ProxyEvent.PinnedSession;
import io.godwit.events.ProxyEvent.TrafficReleased;
import io.godwit.testing.Eventually;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A transaction of ten seconds is not cut, and nobody else waits for its end: attempts are given up and made again. */
class PostgresLongTransactionIT {
    private static final Duration DRAIN = Duration.ofMillis(500);
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final int OTHERS = 4;

    private TwoServers servers;

    @BeforeEach
    void start() throws SQLException, InterruptedException {
        servers = new TwoServers();
        servers.onBoth("CREATE TABLE written (n int)");
    }

    @AfterEach
    void stop() throws SQLException {
        servers.close();
    }

    @Test
    void theOthersGoOnBetweenTheAttemptsAndTheMoveCompletesWhenItEnds() throws Exception {
        List<Other> others = new ArrayList<>();
        try (Connection lasting = servers.connect()) {
            for (int i = 0; i < OTHERS; i++) {
                others.add(new Other(servers.connect()));
            }
            lasting.setAutoCommit(false);
            execute(lasting, "INSERT INTO written VALUES (1)");
            ClientCall<String> transaction = ClientCall.start(() -> oneText(lasting, "SELECT pg_sleep(10)::text"));
            int attempt = 1;
            while (!holdsInTime(attempt)) {
                for (Other other : others) {
                    other.awaitProgress();
                }
                if (transaction.isDone()) {
                    lasting.commit();
                }
                attempt++;
            }
            servers.proxy().route(ORDERS, 2, servers.target());
            servers.proxy().await(TrafficReleased.class);

            assertThat(attempt).isGreaterThan(3);
            assertThat(transaction.isDone()).isTrue();
            assertThat(oneLong(lasting, "SELECT inet_server_port()"))
                    .isEqualTo(servers.target().server().address().port());
            lasting.commit();
            for (Other other : others) {
                other.awaitProgress();
                other.stop();
            }
            report(attempt, others);
        }
        try (Connection admin = servers.sourceServer().openAdmin(ORDERS.clientName())) {
            assertThat(oneLong(admin, "SELECT count(*) FROM written")).isEqualTo(1);
        }
    }

    /** @return whether everything could be held before the time was over; otherwise the gate is open again */
    private boolean holdsInTime(int attempt) throws InterruptedException {
        servers.proxy().hold(ORDERS, 1, attempt, DRAIN, OnDrainTimeout.ABORT);
        ProxyEvent answer = servers.proxy().await(List.of(DrainTimedOut.class, DrainCompleted.class));
        if (answer instanceof DrainTimedOut timedOut) {
            assertThat(timedOut.pinned())
                    .extracting(PinnedSession::reason)
                    .as("attempt %d", attempt)
                    // On a busy machine the others may not have left yet either.
                    .contains("transaction");
        }
        return answer instanceof DrainCompleted;
    }

    private static void report(int attempts, List<Other> others) {
        long longest = others.stream().mapToLong(Other::longestNanos).max().orElseThrow();
        System.out.printf(
                "a transaction of 10 s: %d attempts of %d ms at most, the longest exchange of the others %.1f ms%n",
                attempts, DRAIN.toMillis(), TimeUnit.NANOSECONDS.toMicros(longest) / 1000.0);
    }

    /** A client of short queries. */
    private static final class Other {
        private final Connection connection;
        private final AtomicInteger done = new AtomicInteger();
        private final AtomicLong longest = new AtomicLong();
        private final ClientCall<Boolean> work;
        private volatile boolean stopped;

        Other(Connection connection) {
            this.connection = connection;
            this.work = ClientCall.start(this::work);
        }

        private boolean work() throws SQLException {
            try (connection) {
                while (!stopped) {
                    long begun = System.nanoTime();
                    oneLong(connection, "SELECT 1");
                    longest.accumulateAndGet(System.nanoTime() - begun, Math::max);
                    done.incrementAndGet();
                }
            }
            return true;
        }

        void awaitProgress() throws InterruptedException {
            int before = done.get();
            // The first may have been held.
            Eventually.await("the others go on", LONG, () -> done.get() > before + 1);
        }

        long longestNanos() {
            return longest.get();
        }

        void stop() throws Exception {
            stopped = true;
            assertThat(work.get()).isTrue();
        }
    }
}
