package io.godwit.replication.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.engines.PlacedDatabase;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.ClientHold;
import io.godwit.replication.engine.ConvergenceGoal;
import io.godwit.replication.engine.ReplicationException;
import io.godwit.testing.Eventually;
import io.godwit.testing.RedisServer;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Either server dies, at each step; the source's data is there afterwards, whole, and is served from one side. */
class RedisFaultIT {
    private static final ConvergenceGoal GOAL = new ConvergenceGoal(Duration.ofMillis(500), 3);
    private static final Duration READY = Duration.ofSeconds(30);

    private RedisServer sourceServer;
    private RedisServer targetServer;
    private Basket basket;
    private ChangeStream stream;
    private PlacedDatabase source;
    private PlacedDatabase target;

    @BeforeEach
    void openBasket() throws Exception {
        sourceServer = RedisServer.start("mortal-source");
        targetServer = RedisServer.start("mortal-target");
        basket = new Basket(sourceServer, targetServer);
        stream = basket.stream;
        source = stream.source();
        target = stream.target();
        try (StatefulRedisConnection<byte[], byte[]> owner = RedisServer.openOwner(source)) {
            RedisSamples.fill(owner, 0, 5000);
        }
    }

    @AfterEach
    void closeBasket() throws Exception {
        basket.close();
        sourceServer.close();
        targetServer.close();
    }

    @Test
    void aTargetThatDiesDuringTheCopyIsNamedAndTheSourceIsCleanAndTheNextAttemptSucceeds() throws Exception {
        try (StatefulRedisConnection<byte[], byte[]> owner = RedisServer.openOwner(source)) {
            RedisSamples.fill(owner, 5000, 300_000);
        }
        Thread killing = Thread.ofVirtual().start(() -> {
            while (basket.state(source).replicas().isEmpty()) {
                Thread.onSpinWait();
            }
            targetServer.process().kill();
        });

        assertThatThrownBy(() -> basket.engine().copy(stream, _ -> {}))
                .isInstanceOfSatisfying(
                        ReplicationException.class,
                        e -> assertThat(e.failure().code()).isEqualTo("TARGET_UNREACHABLE"));
        killing.join();

        assertThat(basket.traces(source)).isEmpty();
        restart(targetServer);
        copy();
        assertThat(basket.<Long>admin(target, commands -> commands.dbsize())).isEqualTo(300_000);
    }

    @Test
    void aSourceThatDiesDuringTheCopyComesBackWithItsDataAndTheNextAttemptSucceeds() throws Exception {
        try (StatefulRedisConnection<byte[], byte[]> owner = RedisServer.openOwner(source)) {
            RedisSamples.fill(owner, 5000, 300_000);
        }
        Thread killing = Thread.ofVirtual().start(() -> {
            while (basket.state(source).replicas().isEmpty()) {
                Thread.onSpinWait();
            }
            sourceServer.process().kill();
        });
        assertThatThrownBy(() -> basket.engine().copy(stream, _ -> {})).isInstanceOf(ReplicationException.class);
        killing.join();
        restart(sourceServer);
        assertThat(basket.traces(source)).isEmpty();
        basket.engine().stop(stream);

        assertThat(basket.<Long>admin(source, commands -> commands.dbsize())).isEqualTo(300_000);
        copy();
        assertThat(basket.<Long>admin(target, commands -> commands.dbsize())).isEqualTo(300_000);
    }

    @Test
    void aTargetThatDiesAfterTheCopyIsToldToFollowAgain() throws Exception {
        copy();
        targetServer.process().kill();
        basket.write(source, "written", "meanwhile");
        restart(targetServer);
        assertThat(basket.state(target).isMaster()).isTrue();

        basket.engine().awaitConvergence(stream, GOAL, _ -> {});

        assertThat(basket.contents(target)).isEqualTo(basket.contents(source)).containsKey("written");
        basket.engine().verify(stream);
        basket.engine().handOver(stream, true, ClientHold.UNLIMITED);
        assertThat(basket.contents(target)).hasSize(5001);
    }

    @Test
    void aSourceThatDiesAfterTheCopyIsFollowedAgain() throws Exception {
        copy();
        sourceServer.process().kill();
        restart(sourceServer);
        basket.write(source, "written", "after");

        basket.engine().awaitConvergence(stream, GOAL, _ -> {});
        basket.engine().handOver(stream, true, ClientHold.UNLIMITED);

        assertThat(basket.contents(target)).hasSize(5001);
        basket.engine().handOver(stream.reversed(), false, ClientHold.UNLIMITED);
        basket.engine().unfence(stream.migrationId(), source);
        basket.write(source, "home", "again");
    }

    @Test
    void aTargetThatDiesBeforeTheHandOverIsNotWaitedForAndTheSourceGoesOn() throws Exception {
        copy();
        targetServer.process().kill();

        assertThatThrownBy(() -> basket.engine().handOver(stream, true, ClientHold.UNLIMITED))
                .isInstanceOfSatisfying(
                        ReplicationException.class,
                        e -> assertThat(e.failure().code()).isEqualTo("TARGET_UNREACHABLE"));

        basket.engine().unfence(stream.migrationId(), source);
        basket.write(source, "goes", "on");
        assertThat(basket.contents(source)).hasSize(5001);
    }

    @Test
    void aTargetThatDiesAfterTheHandOverLosesNothingOfTheSource() throws Exception {
        copy();
        basket.engine().handOver(stream, true, ClientHold.UNLIMITED);
        targetServer.process().kill();

        basket.engine().unfence(stream.migrationId(), source);

        basket.write(source, "goes", "on");
        assertThat(basket.contents(source)).hasSize(5001);
        assertThat(basket.engine().stopReverse(stream)).isEmpty();
        restart(targetServer);
        basket.engine().awaitConvergence(stream, GOAL, _ -> {});
        assertThat(basket.contents(target)).hasSize(5001);
    }

    @Test
    void aTargetThatDiesAndComesBackAfterTheHandOverHasItAll() throws Exception {
        copy();
        basket.engine().handOver(stream, true, ClientHold.UNLIMITED);
        targetServer.process().kill();
        restart(targetServer);

        Eventually.await(
                "the old home follows again", READY, () -> basket.state(source).linkUp());
        basket.engine().unfence(stream.migrationId(), source);

        assertThat(basket.contents(source)).hasSize(5000);
        basket.write(source, "goes", "on");
    }

    @Test
    void aSourceThatDiesBehindItsFenceIsStillFencedAndHasItAll() throws Exception {
        copy();
        basket.engine().handOver(stream, true, ClientHold.UNLIMITED);
        sourceServer.process().kill();
        restart(sourceServer);

        assertThatThrownBy(() -> basket.write(source, "past", "the fence")).isNotNull();
        basket.engine().unfence(stream.migrationId(), source);
        basket.write(source, "goes", "on");
        assertThat(basket.contents(source)).hasSize(5001);
        basket.engine().stopReverse(stream);
        basket.engine().awaitConvergence(stream, GOAL, _ -> {});
        assertThat(basket.contents(target)).isEqualTo(basket.contents(source));
    }

    @Test
    void whatADeadTargetKeepsIsNamedAndTheSourceIsClean() throws Exception {
        copy();
        targetServer.process().kill();

        assertThat(basket.engine().stop(stream))
                .isNotEmpty()
                .allMatch(leftover -> leftover.contains(targetServer.access().serverId()));

        assertThat(basket.traces(source)).isEmpty();
        restart(targetServer);
        assertThat(basket.engine().stop(stream)).isEmpty();
        assertThat(basket.traces(target)).isEmpty();
    }

    @Test
    void aHomeThatDoesNotAnswerIsAskedUntilItIsClean() throws Exception {
        copy();
        sourceServer.process().kill();

        assertThatThrownBy(() -> basket.engine().stop(stream))
                .isInstanceOfSatisfying(
                        ReplicationException.class,
                        e -> assertThat(e.failure().code()).isEqualTo("HOME_NOT_CLEAN"));

        restart(sourceServer);
        assertThat(basket.engine().stop(stream)).isEmpty();
        assertThat(basket.traces(source)).isEmpty();
        assertThat(basket.traces(target)).isEmpty();
    }

    @Test
    void aLinkThatNeverComesUpIsGivenUpAndNothingStays() throws Exception {
        basket.restartService(Basket.limits(Duration.ofSeconds(2), Duration.ofSeconds(2)));
        basket.admin(
                source,
                commands -> commands.aclDeluser(source.server().replication().user()));

        assertThatThrownBy(() -> basket.engine().copy(stream, _ -> {}))
                .isInstanceOfSatisfying(
                        ReplicationException.class,
                        e -> assertThat(e.failure().code()).isEqualTo("LINK_STALLED"));

        assertThat(basket.traces(source)).isEmpty();
        assertThat(basket.traces(target)).isEmpty();
    }

    private void copy() throws InterruptedException {
        basket.engine().copy(stream, _ -> {});
        basket.engine().awaitConvergence(stream, GOAL, _ -> {});
    }

    private static void restart(RedisServer server) {
        server.process().start();
        server.process().awaitReady(READY);
    }
}
