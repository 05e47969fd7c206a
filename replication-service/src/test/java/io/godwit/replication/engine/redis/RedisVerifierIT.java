package io.godwit.replication.engine.redis;

import static io.godwit.replication.engine.redis.RedisSamples.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.engines.PlacedDatabase;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.ConvergenceGoal;
import io.godwit.replication.engine.ReplicationException;
import io.godwit.replication.engine.Verification;
import io.godwit.testing.RedisServer;
import io.lettuce.core.FlushMode;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RedisVerifierIT {
    private static final ConvergenceGoal GOAL = new ConvergenceGoal(Duration.ofMillis(500), 3);

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
        try (StatefulRedisConnection<byte[], byte[]> owner = RedisServer.openOwner(source)) {
            RedisSamples.fill(owner.sync());
        }
        basket.engine().copy(stream, _ -> {});
        basket.engine().awaitConvergence(stream, GOAL, _ -> {});
    }

    @AfterEach
    void closeBasket() throws Exception {
        basket.close();
    }

    @Test
    void oneChangedElementIsFoundInEveryType() {
        assertFound("text", commands -> commands.append(bytes("text"), bytes("!")));
        assertFound("long list", commands -> commands.lset(bytes("long list"), 1700, bytes("other")));
        assertFound("big set", commands -> {
            commands.srem(bytes("big set"), bytes("element 7"));
            commands.sadd(bytes("big set"), bytes("element 7!"));
        });
        assertFound("big hash", commands -> commands.hset(bytes("big hash"), bytes("element 7"), bytes("8")));
        assertFound("big ranking", commands -> commands.zincrby(bytes("big ranking"), 0.001, bytes("element 7")));
        assertFound(
                "events",
                commands -> commands.xgroupDelconsumer(
                        bytes("events"), io.lettuce.core.Consumer.from(bytes("workers"), bytes("reader"))));
        assertFound("for a day", commands -> commands.persist(bytes("for a day")));
    }

    @Test
    void anExtraKeyAndAMissingOneAreFoundInAnyLogicalDatabase() {
        assertFound("only here", commands -> commands.set(bytes("only here"), bytes("x")));
        assertFound("in logical database 3", commands -> {
            commands.select(3);
            commands.del(bytes("text"));
        });
        assertFound("in logical database 9", commands -> {
            commands.select(9);
            commands.set(bytes("only here"), bytes("x"));
        });
    }

    @Test
    void aMissingFunctionIsFound() {
        assertFound("function library shop", commands -> commands.functionFlush(FlushMode.SYNC));
    }

    @Test
    void aKeyThatHasExpiredIsAbsent() throws Exception {
        // The target never removes a key by itself, it waits to be told; the source may take its time.
        basket.admin(source, commands -> {
            for (int i = 0; i < 500; i++) {
                commands.psetex(bytes("short " + i), 1, bytes("x"));
            }
            return true;
        });
        Verification first = basket.engine().verify(stream);

        assertThat(first.rows()).isEqualTo(basket.contents(source).size());
        assertThat(first.tables()).isEqualTo(2);
    }

    @Test
    void aKeyThatNeverStandsStillIsComparedBehindTheFence() throws Exception {
        byte[] hot = bytes("hot");
        try (StatefulRedisConnection<byte[], byte[]> owner = RedisServer.openOwner(source)) {
            Thread writing = Thread.ofVirtual().start(() -> {
                try {
                    for (int n = 0; ; n++) {
                        owner.sync().rpush(hot, bytes("" + n));
                        if (n % 50 == 0) {
                            owner.sync().del(hot);
                        }
                    }
                } catch (RedisException _) {
                    // The fence went up.
                }
            });
            basket.engine().verify(stream);
            RedisPendingKeys pending =
                    new RedisPendingKeys(new RedisSessions(RedisServer.connections()), basket.records);
            pending.save(stream, List.of(new RedisPendingKeys.Pending(0, hot)));

            basket.engine().handOver(stream, true);
            writing.join();
        }
        assertThat(basket.contents(target)).isEqualTo(basket.contents(source));
    }

    @Test
    void aKeyLeftForTheFenceThatDiffersStopsTheHandOver() throws Exception {
        basket.engine().verify(stream);
        RedisPendingKeys pending = new RedisPendingKeys(new RedisSessions(RedisServer.connections()), basket.records);
        pending.save(stream, List.of(new RedisPendingKeys.Pending(0, bytes("text"))));
        basket.tamper(target, "text", "tampered");

        assertThatThrownBy(() -> basket.engine().handOver(stream, true))
                .isInstanceOfSatisfying(
                        ReplicationException.class,
                        e -> assertThat(e.failure().code()).isEqualTo("VERIFICATION_FAILED"));

        assertThat(basket.state(source).isMaster()).isTrue();
        basket.engine().unfence(stream.migrationId(), source);
        basket.write(source, "goes", "on");
    }

    @Test
    void manyKeysAreComparedInLittleMemoryWhileWritesGoOn() throws Exception {
        int keys = 200_000;
        RedisWriters writers = new RedisWriters(source, 1, 2);
        try (StatefulRedisConnection<byte[], byte[]> owner = RedisServer.openOwner(source)) {
            RedisSamples.fill(owner, 0, keys);
        }
        basket.engine().awaitConvergence(stream, GOAL, _ -> {});
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        long before = runtime.totalMemory() - runtime.freeMemory();

        Verification verification = basket.engine().verify(stream);

        System.gc();
        long after = runtime.totalMemory() - runtime.freeMemory();
        writers.end();
        assertThat(verification.rows()).isGreaterThanOrEqualTo(keys);
        assertThat(verification.chunks()).isGreaterThan(keys / 2000);
        assertThat(after - before).isLessThan(50_000_000);
    }

    private void assertFound(String named, Consumer<RedisCommands<byte[], byte[]>> tampering) {
        basket.admin(target, commands -> {
            commands.configSet("replica-read-only", "no");
            tampering.accept(commands);
            commands.select(0);
            return commands.configSet("replica-read-only", "yes");
        });
        assertThatThrownBy(() -> basket.engine().verify(stream))
                .isInstanceOfSatisfying(ReplicationException.class, e -> {
                    assertThat(e.failure().code()).isEqualTo("VERIFICATION_FAILED");
                    assertThat(e.failure().message()).contains(named);
                });
        copyAnew();
    }

    private void copyAnew() {
        try {
            basket.engine().stop(stream);
            basket.engine().copy(stream, _ -> {});
            basket.engine().awaitConvergence(stream, GOAL, _ -> {});
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
