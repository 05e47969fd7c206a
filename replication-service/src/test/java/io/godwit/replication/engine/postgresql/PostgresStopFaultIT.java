package io.godwit.replication.engine.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.ClientHold;
import io.godwit.replication.engine.ConvergenceGoal;
import io.godwit.replication.engine.ReplicationException;
import io.godwit.testing.PostgresServer;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class PostgresStopFaultIT {
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
