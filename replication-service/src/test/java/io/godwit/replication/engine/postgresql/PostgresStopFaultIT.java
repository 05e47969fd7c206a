package io.godwit.replication.engine.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.ClientHold;
import io.godwit.replication.engine.ConvergenceGoal;
import io.godwit.replication.engine.ReplicationException;
import io.godwit.testing.Eventually;
import io.godwit.testing.PostgresServer;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class PostgresStopFaultIT {
    /** A subscription's worker that was sent away comes again every five seconds. */
    private static final Duration SUBSCRIBER_RETRY = Duration.ofSeconds(8);

    private static final ConvergenceGoal GOAL = new ConvergenceGoal(Duration.ofSeconds(5), 2);

    @Test
    void theNewHomeThatDoesNotAnswerIsNotTakenForClean() throws Exception {
        PostgresServer dying = PostgresServer.start("new-home");
        Shop shop = new Shop(PostgresServer.shared("source"), dying);
        ChangeStream stream = shop.stream;
        shop.engine.copy(stream, _ -> {});
        shop.engine.awaitConvergence(stream, GOAL, _ -> {});
        shop.engine.handOver(stream, true, ClientHold.UNLIMITED);
        dying.process().kill();

        assertRefused(() -> shop.engine.stopReverse(stream));
        assertRefused(() -> shop.engine.stop(stream));

        restart(dying);
        assertThat(shop.engine.stopReverse(stream)).isEmpty();
        assertThat(shop.engine.stop(stream)).isEmpty();
        assertThat(shop.traces(stream.target())).isEmpty();
        shop.close();
        dying.close();
    }

    @Test
    void theOldHomeThatDoesNotAnswerIsNotTakenForCleanByAMoveThatIsTakenBack() throws Exception {
        PostgresServer dying = PostgresServer.start("old-home");
        Shop shop = new Shop(dying, PostgresServer.shared("target"));
        ChangeStream stream = shop.stream;
        shop.engine.copy(stream, _ -> {});
        shop.engine.awaitConvergence(stream, GOAL, _ -> {});
        dying.process().kill();

        assertRefused(() -> shop.engine.stopReverse(stream));
        assertRefused(() -> shop.engine.stop(stream));

        restart(dying);
        assertThat(shop.engine.stopReverse(stream)).isEmpty();
        assertThat(shop.engine.stop(stream)).isEmpty();
        assertThat(shop.traces(stream.source())).isEmpty();
        assertThat(shop.traces(stream.target())).isEmpty();
        shop.close();
        dying.close();
    }

    /** The server that was away comes back with a subscription, and the next attempt's target is another one. */
    @Test
    void whatADeadTargetHasKeptTakesNothingFromTheNextAttemptsStream() throws Exception {
        PostgresServer dying = PostgresServer.start("first-target");
        Shop shop = new Shop(PostgresServer.shared("source"), dying);
        ChangeStream first = shop.stream;
        shop.engine.copy(first, _ -> {});
        dying.process().kill();
        assertThat(shop.engine.stop(first)).isNotEmpty();
        restart(dying);

        PostgresServer other = PostgresServer.shared("target");
        ChangeStream next = new ChangeStream(first.migrationId(), first.source(), other.createTenantDatabase(shop.id));
        shop.engine.copy(next, _ -> {});
        String subscription = shop.query(next.target(), "SELECT subname FROM pg_subscription WHERE subenabled")
                .getFirst();
        shop.execute(next.target(), "ALTER SUBSCRIPTION " + subscription + " DISABLE");
        String readers = "SELECT active_pid FROM pg_replication_slots WHERE active AND database = current_database()";
        Eventually.await(
                "the subscription stands still",
                SUBSCRIBER_RETRY,
                () -> shop.query(next.source(), readers).isEmpty());
        Eventually.stays(
                "nobody else takes changes from the slot",
                SUBSCRIBER_RETRY,
                () -> shop.query(next.source(), readers).isEmpty());

        shop.execute(next.target(), "ALTER SUBSCRIPTION " + subscription + " ENABLE");
        shop.engine.awaitConvergence(next, GOAL, _ -> {});
        assertThat(shop.engine.stop(next)).isEmpty();
        other.dropTenantDatabase(shop.id);
        shop.close();
        dying.close();
    }

    private static void assertRefused(ThrowingCallable removal) {
        assertThatThrownBy(removal)
                .isInstanceOfSatisfying(
                        ReplicationException.class,
                        e -> assertThat(e.failure().code()).isEqualTo("HOME_NOT_CLEAN"));
    }

    private static void restart(PostgresServer server) {
        server.process().start();
        server.process().awaitReady(Duration.ofSeconds(30));
    }
}
