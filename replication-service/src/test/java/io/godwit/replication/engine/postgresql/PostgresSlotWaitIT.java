package io.godwit.replication.engine.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.replication.engine.CopyListener;
import io.godwit.replication.engine.CopyProgress;
import io.godwit.replication.engine.CopyTotals;
import io.godwit.replication.engine.ReplicationException;
import io.godwit.testing.Eventually;
import io.godwit.testing.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/** A transaction that has written keeps a slot from beginning; whoever waits for the copy is told so. */
class PostgresSlotWaitIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final List<String> delays = new CopyOnWriteArrayList<>();
    private Shop shop;
    private Shop other;

    @BeforeEach
    void open() throws Exception {
        shop = new Shop();
        other = new Shop();
    }

    @AfterEach
    void close() throws Exception {
        shop.close();
        other.close();
    }

    @Test
    void theTransactionsThatACopyWaitsForAreTold() throws Exception {
        try (Connection own = writing(shop);
                Connection others = writing(other)) {
            CompletableFuture<CopyTotals> copy = copy();
            String mine = "process " + pid(own) + " of role "
                    + shop.stream.source().owner().user();
            String theirs = "process " + pid(others) + " of another database, open for";
            awaitDelay(reason -> reason.contains(mine) && reason.contains(theirs));
            own.rollback();
            awaitDelay(reason -> !reason.contains(mine) && reason.contains(theirs));
            assertThat(copy).isNotDone();
            others.rollback();

            assertThat(copy.get(60, TimeUnit.SECONDS).rows()).isPositive();
            assertThat(delays)
                    .allSatisfy(reason -> assertThat(reason)
                            .doesNotContain(other.stream.source().owner().user()));
        }
    }

    @Test
    void aCopyThatHasWaitedForTooLongSaysForWhat() throws Exception {
        PostgresEngine impatient = shop.newEngine(Shop.limits(Duration.ofSeconds(5)));
        try (Connection own = writing(shop)) {
            assertThatThrownBy(() -> impatient.copy(shop.stream, _ -> {}))
                    .isInstanceOfSatisfying(ReplicationException.class, e -> {
                        assertThat(e.failure().code()).isEqualTo("SLOT_NOT_READY");
                        assertThat(e.failure().message()).contains("process " + pid(own) + " of role");
                    });
            own.rollback();
        } finally {
            impatient.close();
        }
    }

    @Test
    void aCopyThatNothingKeepsIsNotCalledDelayed() throws Exception {
        assertThat(copy().get(60, TimeUnit.SECONDS).rows()).isPositive();
        assertThat(delays).isEmpty();
    }

    private CompletableFuture<CopyTotals> copy() {
        CompletableFuture<CopyTotals> totals = new CompletableFuture<>();
        CopyListener listener = new CopyListener() {
            @Override
            public void onProgress(CopyProgress progress) {
                // Not looked at here.
            }

            @Override
            public void onDelayed(String reason) {
                delays.add(reason);
            }
        };
        Thread.ofVirtual().start(() -> {
            try {
                totals.complete(shop.engine.copy(shop.stream, listener));
            } catch (InterruptedException | RuntimeException e) {
                totals.completeExceptionally(e);
            }
        });
        return totals;
    }

    private void awaitDelay(Predicate<String> told) throws InterruptedException {
        Eventually.assertThat("a delay is told", SOON, () -> assertThat(delays).anyMatch(told));
    }

    private static Connection writing(Shop shop) throws SQLException {
        Connection connection = PostgresServer.openOwner(shop.stream.source());
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("UPDATE public.animals SET name = name");
        }
        return connection;
    }

    private static int pid(Connection connection) {
        try {
            return connection.unwrap(PGConnection.class).getBackendPID();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
