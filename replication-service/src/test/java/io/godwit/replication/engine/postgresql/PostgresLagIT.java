package io.godwit.replication.engine.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.events.Failure;
import io.godwit.events.Failure.Kind;
import io.godwit.replication.engine.ConvergenceGoal;
import io.godwit.replication.engine.MoveLimits;
import io.godwit.replication.engine.ReplicationException;
import io.godwit.testing.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

/** A target on which somebody holds a lock, so that it applies nothing of what the source goes on to write. */
class PostgresLagIT {
    private static final ConvergenceGoal GOAL = new ConvergenceGoal(Duration.ofMillis(500), 2);
    private static final Duration SHORT = Duration.ofSeconds(2);
    private static final Duration LONG = Duration.ofSeconds(60);

    private Shop shop;

    @BeforeEach
    void copy() throws Exception {
        shop = new Shop();
        shop.engine.copy(shop.stream, _ -> {});
        shop.engine.awaitConvergence(shop.stream, GOAL, _ -> {});
    }

    @AfterEach
    void close() throws Exception {
        shop.close();
    }

    @Test
    void aTargetThatDoesNotCatchUpIsNotWaitedForLongerThanAllowed() throws Exception {
        try (Connection _ = lockTarget()) {
            shop.execute(shop.stream.source(), "INSERT INTO public.animals VALUES (600, 'late')");

            Failure failure = failure(Shop.limits(SHORT, SHORT, DataSize.ofGigabytes(1)));

            assertThat(failure.code()).isEqualTo("LAG_NOT_CONVERGING");
            assertThat(failure.kind()).isEqualTo(Kind.EXHAUSTED);
            assertThat(failure.message())
                    .contains("after PT2S the target is still", "ms behind", "expected at most 500 ms");
        }
        // Nothing was given up that another attempt would need.
        shop.engine.awaitConvergence(shop.stream, GOAL, _ -> {});
        assertThat(shop.contents(shop.stream.target())).isEqualTo(shop.contents(shop.stream.source()));
    }

    @Test
    void aTargetForWhichTheSourceKeepsTooMuchLogIsNotWaitedFor() throws Exception {
        DataSize budget = DataSize.ofMegabytes(2);
        try (Connection _ = lockTarget()) {
            shop.execute(
                    shop.stream.source(),
                    "INSERT INTO public.animals SELECT n, repeat('x', 1000) FROM generate_series(1000, 6000) n");

            Failure failure = failure(Shop.limits(SHORT, LONG, budget));

            assertThat(failure.code()).isEqualTo("WAL_BUDGET_EXCEEDED");
            assertThat(failure.kind()).isEqualTo(Kind.EXHAUSTED);
            assertThat(failure.message())
                    .matches("the source keeps [0-9]{7,} bytes of WAL for the move; the budget is " + budget.toBytes());
        }
    }

    private Failure failure(MoveLimits limits) {
        AtomicReference<Failure> failure = new AtomicReference<>();
        try (PostgresEngine engine = shop.newEngine(limits)) {
            assertThatThrownBy(() -> engine.awaitConvergence(shop.stream, GOAL, _ -> {}))
                    .isInstanceOfSatisfying(ReplicationException.class, e -> failure.set(e.failure()));
        }
        return Objects.requireNonNull(failure.get());
    }

    /** Until the connection is closed. */
    private Connection lockTarget() throws SQLException {
        Connection connection = PostgresServer.connections()
                .openAdmin(shop.stream.target().server(), shop.stream.target().databaseName());
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("LOCK TABLE public.animals IN ACCESS EXCLUSIVE MODE");
        }
        return connection;
    }
}
