package io.godwit.replication.engine.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.engines.PlacedDatabase;
import io.godwit.replication.engine.ConvergenceGoal;
import io.godwit.replication.engine.CopyListener;
import io.godwit.replication.engine.CopyProgress;
import io.godwit.replication.engine.CopyTotals;
import io.godwit.replication.engine.Lag;
import io.godwit.replication.engine.ReplicationException;
import io.godwit.testing.Eventually;
import io.godwit.testing.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/** A transaction that has written keeps a slot from beginning; whoever waits for that is told so. */
class PostgresSlotWaitIT {
    private static final ConvergenceGoal GOAL = new ConvergenceGoal(Duration.ofMillis(500), 3);
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

    @Test
    void aMoveThatHasCaughtUpReportsWhileItsWayBackWaitsForATransaction() throws Exception {
        shop.engine.copy(shop.stream, _ -> {});
        List<Lag> reported = new CopyOnWriteArrayList<>();
        PlacedDatabase target = shop.stream.target();
        try (Connection others = numbered(other.stream.target())) {
            String waits = "SELECT 1 FROM pg_stat_activity WHERE " + pid(others) + " = ANY (pg_blocking_pids(pid))";
            CompletableFuture<Lag> converged =
                    begin(() -> shop.engine.awaitConvergence(shop.stream, GOAL, reported::add));
            Eventually.await(
                    "the wait of the way back",
                    SOON,
                    () -> !shop.query(target, waits).isEmpty());
            int before = reported.size();
            Eventually.await("two reports more", SOON, () -> reported.size() >= before + 2);
            assertThat(converged).isNotDone();
            others.rollback();

            assertThat(converged.get(60, TimeUnit.SECONDS)).isEqualTo(reported.getLast());
        }
    }

    @Test
    void aWayBackThatWasWaitedForInVainSaysForWhatAndIsMadeWhenItIsAskedForAgain() throws Exception {
        shop.engine.copy(shop.stream, _ -> {});
        PostgresEngine impatient = shop.newEngine(Shop.limits(Duration.ofSeconds(5)));
        try (Connection others = numbered(other.stream.target())) {
            assertThatThrownBy(() -> impatient.awaitConvergence(shop.stream, GOAL, _ -> {}))
                    .isInstanceOfSatisfying(ReplicationException.class, e -> {
                        assertThat(e.failure().code()).isEqualTo("SLOT_NOT_READY");
                        assertThat(e.failure().message()).contains("process " + pid(others) + " of another database");
                    });
            others.rollback();

            assertThat(impatient.awaitConvergence(shop.stream, GOAL, _ -> {}).delay())
                    .isLessThanOrEqualTo(GOAL.maxDelay());
        } finally {
            impatient.close();
        }
    }

    private CompletableFuture<CopyTotals> copy() {
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
        return begin(() -> shop.engine.copy(shop.stream, listener));
    }

    private static <T> CompletableFuture<T> begin(Callable<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                result.complete(work.call());
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    private void awaitDelay(Predicate<String> told) throws InterruptedException {
        Eventually.assertThat("a delay is told", SOON, () -> assertThat(delays).anyMatch(told));
    }

    private static Connection writing(Shop shop) throws SQLException {
        return begun(shop.stream.source(), "UPDATE public.animals SET name = name");
    }

    /** As after a write, where there is nothing yet that could be written to. */
    private static Connection numbered(PlacedDatabase database) throws SQLException {
        return begun(database, "SELECT txid_current()");
    }

    private static Connection begun(PlacedDatabase database, String sql) throws SQLException {
        Connection connection = PostgresServer.openOwner(database);
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
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
