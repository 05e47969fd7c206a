package io.godwit.replication.engine.redis;

import static io.godwit.replication.engine.redis.RedisSamples.bytes;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.engines.PlacedDatabase;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.ClientHold;
import io.godwit.replication.engine.ConvergenceGoal;
import io.godwit.replication.engine.ReplicationException;
import io.godwit.replication.engine.Verification;
import io.godwit.testing.Eventually;
import io.godwit.testing.RedisServer;
import io.lettuce.core.FlushMode;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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
    void oneChangedElementIsFoundInEverySmallValue() {
        assertFound("short list", commands -> commands.lset(bytes("short list"), 1, bytes("other")));
        assertFound("numbers", commands -> {
            commands.srem(bytes("numbers"), bytes("2"));
            commands.sadd(bytes("numbers"), bytes("3"));
        });
        assertFound("small hash", commands -> commands.hset(bytes("small hash"), bytes("a"), bytes("c")));
        assertFound("places", commands -> commands.zincrby(bytes("places"), 1, bytes("Berlin")));
        assertFound("events", commands -> {
            String first = commands.xrange(bytes("events"), Range.unbounded(), Limit.from(1))
                    .getFirst()
                    .getId();
            commands.xack(bytes("events"), bytes("workers"), first);
        });
        assertFound("small hash", commands -> commands.expire(bytes("small hash"), 10_000));
        assertFound("numbers", commands -> {
            commands.del(bytes("numbers"));
            commands.rpush(bytes("numbers"), bytes("1"));
        });
    }

    @Test
    @SuppressWarnings("unchecked") // the library's array of its parameters
    void oneChangedElementIsFoundInEveryLongValue() throws Exception {
        basket.admin(source, commands -> {
            byte[] ballast = new byte[500];
            commands.set(bytes("long text"), new byte[20_000]);
            for (int i = 0; i < 100; i++) {
                commands.rpush(bytes("queue"), bytes("element " + i), ballast);
                commands.xadd(bytes("long events"), Map.of(bytes("n" + i), ballast));
            }
            commands.xgroupCreate(XReadArgs.StreamOffset.from(bytes("long events"), "0"), bytes("workers"));
            commands.xreadgroup(
                    io.lettuce.core.Consumer.from(bytes("workers"), bytes("reader")),
                    XReadArgs.Builder.count(20),
                    XReadArgs.StreamOffset.lastConsumed(bytes("long events")));
            return true;
        });
        basket.engine().awaitConvergence(stream, GOAL, _ -> {});
        basket.engine().verify(stream);

        assertFound("long text", commands -> commands.setrange(bytes("long text"), 19_999, bytes("!")));
        assertFound("long text", commands -> commands.expire(bytes("long text"), 10_000));
        assertFound("queue", commands -> commands.lset(bytes("queue"), 170, bytes("other")));
        assertFound("long events", commands -> {
            String first = commands.xrange(bytes("long events"), Range.unbounded(), Limit.from(1))
                    .getFirst()
                    .getId();
            commands.xack(bytes("long events"), bytes("workers"), first);
        });
        assertFound("long events", commands -> commands.xadd(bytes("long events"), Map.of(bytes("n"), bytes("1"))));
        assertFound("long events", commands -> commands.del(bytes("long events")));
    }

    @Test
    void aValueThatTheServersEncodeDifferentlyIsTheSame() throws Exception {
        basket.admin(source, commands -> {
            for (int i = 0; i < 3000; i++) {
                commands.hset(bytes("shrunk"), bytes("field " + i), bytes("" + i));
                commands.sadd(bytes("fewer"), bytes("" + i));
            }
            for (int i = 5; i < 3000; i++) {
                commands.hdel(bytes("shrunk"), bytes("field " + i));
                commands.srem(bytes("fewer"), bytes("" + i));
            }
            return true;
        });
        copyAnew();
        for (String key : List.of("shrunk", "fewer")) {
            assertThat(encoding(target, key)).isNotEqualTo(encoding(source, key));
        }

        basket.engine().verify(stream);
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
        // One of the samples lives a little longer; it would be counted, and gone when that is looked at.
        Eventually.await(
                "the end of the sample's life",
                Duration.ofSeconds(10),
                () -> basket.contents(source).keySet().stream().noneMatch(key -> key.contains("gone soon")));
        Verification first = basket.engine().verify(stream);

        assertThat(first.rows()).isEqualTo(basket.contents(source).size());
        assertThat(first.tables()).isEqualTo(2);
    }

    @Test
    @Timeout(60)
    void keysThatNeverStandStillDoNotHoldUpTheMove() throws Exception {
        try (RestlessKeys _ = new RestlessKeys(source)) {
            basket.engine().verify(stream);
            basket.engine().handOver(stream, true, ClientHold.UNLIMITED);
        }
        assertThat(basket.contents(target)).isEqualTo(basket.contents(source));
    }

    @Test
    @Timeout(60)
    void aSmallKeyThatNeverStandsStillIsComparedAllTheSame() throws Exception {
        try (RestlessKeys _ = new RestlessKeys(source)) {
            basket.engine().verify(stream);
        }
        assertThat(pending()).hasSizeLessThan(RestlessKeys.NAMES.size());
    }

    @Test
    @Timeout(60)
    void aKeyThatDiffersAndNeverStandsStillIsFoundBehindTheFenceAlsoByAServiceThatWasRestarted() throws Exception {
        try (RestlessKeys _ = new RestlessKeys(source)) {
            basket.engine().awaitConvergence(stream, GOAL, _ -> {});
            tamper(commands -> commands.hset(bytes("restless hash"), bytes("only"), bytes("here")));

            basket.engine().verify(stream);
            assertThat(pending())
                    .extracting(key -> new String(key.key(), UTF_8))
                    .contains("restless hash");
            basket.restartService();

            assertThatThrownBy(() -> basket.engine().handOver(stream, true, ClientHold.UNLIMITED))
                    .isInstanceOfSatisfying(ReplicationException.class, e -> {
                        assertThat(e.failure().code()).isEqualTo("VERIFICATION_FAILED");
                        assertThat(e.failure().message()).contains("restless hash");
                    });
        }
        assertThat(basket.state(source).isMaster()).isTrue();
        basket.engine().unfence(stream.migrationId(), source);
        basket.write(source, "goes", "on");
    }

    @Test
    void aKeyLeftForTheFenceThatDiffersStopsTheHandOver() throws Exception {
        basket.engine().verify(stream);
        RedisPendingKeys pending = new RedisPendingKeys(new RedisSessions(RedisServer.connections()), basket.records);
        pending.save(stream, List.of(new RedisPendingKeys.Pending(0, bytes("text"))));
        basket.tamper(target, "text", "tampered");

        assertThatThrownBy(() -> basket.engine().handOver(stream, true, ClientHold.UNLIMITED))
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

    private List<RedisPendingKeys.Pending> pending() {
        return new RedisPendingKeys(new RedisSessions(RedisServer.connections()), basket.records).load(stream);
    }

    private String encoding(PlacedDatabase database, String key) {
        return basket.admin(database, commands -> commands.objectEncoding(bytes(key)));
    }

    private void tamper(Consumer<RedisCommands<byte[], byte[]>> tampering) {
        basket.admin(target, commands -> {
            commands.configSet("replica-read-only", "no");
            tampering.accept(commands);
            commands.select(0);
            return commands.configSet("replica-read-only", "yes");
        });
    }

    private void assertFound(String named, Consumer<RedisCommands<byte[], byte[]>> tampering) {
        tamper(tampering);
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
