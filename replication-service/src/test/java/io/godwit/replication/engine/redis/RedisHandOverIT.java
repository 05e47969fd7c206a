package io.godwit.replication.engine.redis;

import static io.godwit.replication.engine.redis.RedisSamples.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.engines.PlacedDatabase;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.ClientHold;
import io.godwit.replication.engine.ConvergenceGoal;
import io.godwit.replication.engine.HandOverResult;
import io.godwit.replication.engine.ReplicationException;
import io.godwit.testing.Eventually;
import io.godwit.testing.RedisServer;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RedisHandOverIT {
    private static final ConvergenceGoal GOAL = new ConvergenceGoal(Duration.ofMillis(500), 3);
    private static final Duration SOON = Duration.ofSeconds(20);

    private Basket basket;
    private ChangeStream stream;
    private PlacedDatabase source;
    private PlacedDatabase target;

    @BeforeEach
    void openBasket() throws Exception {
        basket = new Basket();
        stream = basket.stream;
        source = stream.source();
        target = stream.target();
        basket.write(source, "before", "the copy");
        basket.engine().copy(stream, _ -> {});
        basket.engine().awaitConvergence(stream, GOAL, _ -> {});
    }

    @AfterEach
    void closeBasket() throws Exception {
        basket.close();
    }

    @Test
    void aTargetThatDoesNotTakeOverInTimeIsGivenUpAndTheSourceGoesOn() throws Exception {
        basket.restartService(Basket.limits(Duration.ofSeconds(20), Duration.ofMillis(500)));
        try (Paused _ = new Paused(basket.targetServer)) {
            assertThatThrownBy(() -> basket.engine().handOver(stream, true, ClientHold.UNLIMITED))
                    .isInstanceOf(ReplicationException.class);
        }
        basket.engine().unfence(stream.migrationId(), source);
        basket.write(source, "given", "up");

        basket.restartService();
        basket.engine().stopReverse(stream);
        basket.engine().awaitConvergence(stream, GOAL, _ -> {});
        basket.engine().handOver(stream, true, ClientHold.UNLIMITED);
        assertThat(basket.contents(target)).containsEntry("given", "up");
    }

    @Test
    void aFailoverThatCanNotFinishIsAbortedAndTheSourceGoesOn() throws Exception {
        basket.restartService(Basket.limits(Duration.ofSeconds(20), Duration.ofMillis(500)));
        // The source can't log in to the target any more, so its failover never ends by itself.
        basket.admin(source, commands -> commands.configSet("masterauth", "wrong"));

        assertThatThrownBy(() -> basket.engine().handOver(stream, true, ClientHold.UNLIMITED))
                .isInstanceOfSatisfying(
                        ReplicationException.class,
                        e -> assertThat(e.failure().code()).isEqualTo("FAILOVER_TIMEOUT"));

        assertThat(basket.state(source).isMaster()).isTrue();
        basket.engine().unfence(stream.migrationId(), source);
        basket.write(source, "given", "up");
        basket.engine().stopReverse(stream);
        basket.engine().awaitConvergence(stream, GOAL, _ -> {});
        basket.engine().handOver(stream, true, ClientHold.UNLIMITED);
        assertThat(basket.contents(target)).containsEntry("given", "up");
    }

    @Test
    void aFailoverLeftUnderWayIsTakenBackByUnfencing() throws Exception {
        leaveFailoverUnderWay();

        basket.engine().unfence(stream.migrationId(), source);

        basket.write(source, "taken", "back");
        basket.engine().awaitConvergence(stream, GOAL, _ -> {});
        assertThat(basket.contents(target)).containsEntry("taken", "back");
    }

    @Test
    void aFailoverLeftUnderWayIsFinishedByHandingOverAgain() throws Exception {
        String password = leaveFailoverUnderWay();
        basket.admin(source, commands -> commands.configSet("masterauth", password));

        basket.engine().handOver(stream, true, ClientHold.UNLIMITED);

        basket.write(target, "first", "after the pause");
        Eventually.assertThat(
                "the old home follows",
                SOON,
                () -> assertThat(basket.contents(source)).containsKey("first"));
    }

    /** @return the password without which the failover does not end */
    private String leaveFailoverUnderWay() throws Exception {
        String password = basket.admin(source, commands -> commands.configGet("masterauth"))
                .getOrDefault("masterauth", "");
        basket.admin(source, commands -> commands.configSet("masterauth", "wrong"));
        Thread dying = Thread.ofVirtual().start(() -> {
            try {
                basket.engine().handOver(stream, true, ClientHold.UNLIMITED);
            } catch (ReplicationException | InterruptedException _) {
                // It is not to end by itself.
            }
        });
        Eventually.await(
                "the failover is under way",
                SOON,
                () -> basket.state(source).failover().equals("failover-in-progress"));
        dying.interrupt();
        dying.join();
        basket.restartService();
        return password;
    }

    @Test
    void whoListensOnTheTargetSeesTheMarkerAfterEverythingThatWasPublishedOnTheSource() throws Exception {
        try (StatefulRedisConnection<byte[], byte[]> listening = RedisServer.openOwner(target);
                StatefulRedisConnection<byte[], byte[]> publishing = RedisServer.openOwner(source);
                Listener listener = new Listener(target, "news", "__godwit__:" + stream.migrationId())) {
            assertThat(listening.sync().get(bytes("before"))).isNotNull();
            for (int n = 1; n <= 100; n++) {
                var _ = publishing.async().publish(bytes("news"), bytes("" + n));
            }
            publishing.sync().ping();
            basket.engine().handOver(stream, true, ClientHold.UNLIMITED);
            basket.admin(target, commands -> commands.publish(bytes("news"), bytes("from the new home")));

            Eventually.await(
                    "the message from the new home",
                    SOON,
                    () -> listener.received().contains("from the new home"));
            List<String> received = listener.received();
            assertThat(received).hasSize(102);
            assertThat(received.indexOf("fenced")).isEqualTo(100);
        }
    }

    @Test
    void anOldHomeThatIsRestartedFollowsAgain() throws Exception {
        basket.engine().handOver(stream, true, ClientHold.UNLIMITED);
        basket.sourceServer.process().kill();
        basket.write(target, "made", "meanwhile");
        basket.sourceServer.process().start();
        basket.sourceServer.process().awaitReady(SOON);

        Eventually.assertThat(
                "the old home follows",
                SOON,
                () -> assertThat(basket.contents(source)).containsEntry("made", "meanwhile"));
        // Only a service that knows of the move does this.
        basket.restartService();
        basket.engine().lookAfter(stream);
        basket.sourceServer.process().kill();
        basket.write(target, "made", "later");
        basket.sourceServer.process().start();
        basket.sourceServer.process().awaitReady(SOON);
        Eventually.assertThat(
                "the old home follows",
                SOON,
                () -> assertThat(basket.contents(source)).containsEntry("made", "later"));
        // It has the data a moment before the new home takes it for a follower that is up to date.
        Eventually.await(
                "the new home knows that it does",
                SOON,
                () -> basket.state(target).replicas().stream()
                        .anyMatch(replica -> replica.is(source) && replica.online()));
        assertThat(basket.engine()
                        .handOver(stream.reversed(), false, ClientHold.UNLIMITED)
                        .position())
                .isNotEmpty();
        basket.engine().unfence(stream.migrationId(), source);
        basket.write(source, "home", "again");
    }

    @Test
    void theStreamIsNotTurnedWhileClientsAreLetIn() {
        assertThatThrownBy(() -> basket.engine().reverse(stream))
                .isInstanceOfSatisfying(
                        ReplicationException.class,
                        e -> assertThat(e.failure().code()).isEqualTo("SOURCE_NOT_FENCED"));
        assertThat(basket.state(source).isMaster()).isTrue();
    }

    @Test
    void theAnswerIsThePositionAtWhichTheTargetTookOver() throws Exception {
        RedisPosition before = basket.state(source).position();

        HandOverResult done = basket.engine().handOver(stream, true, ClientHold.UNLIMITED);

        RedisPosition position = RedisPosition.parse(done.position());
        assertThat(position.stream()).isEqualTo(before.stream());
        assertThat(position.offset()).isGreaterThan(before.offset());
        assertThat(basket.state(source).position().stream())
                .isEqualTo(basket.state(target).position().stream())
                .isNotEqualTo(before.stream());
    }
}
