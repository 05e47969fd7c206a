package io.godwit.replication.engine.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.Consumer;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.XGroupCreateArgs;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Data with one of everything. */
final class RedisSamples {
    static final String LIBRARY = "#!lua name=shop\nredis.register_function('twice', function(keys, args) return"
            + " 2 * redis.call('GET', keys[1]) end)";

    private RedisSamples() {}

    /** Every type, small and big, in several logical databases, with and without an expiry, and a function. */
    @SuppressWarnings("unchecked") // the library's array of its parameters
    static void fill(RedisCommands<byte[], byte[]> commands) {
        commands.set(bytes("text"), bytes("plain"));
        commands.set(bytes("number"), bytes("21"));
        commands.set(new byte[] {0, (byte) 0xFF, '\n'}, new byte[] {1, 2, 0, (byte) 0x80});
        commands.set(bytes("big"), new byte[200_000]);
        commands.psetex(bytes("for a day"), Duration.ofDays(1).toMillis(), bytes("x"));
        commands.psetex(bytes("gone soon"), 300, bytes("x"));
        for (int i = 0; i < 3000; i++) {
            byte[] element = bytes("element " + i);
            commands.rpush(bytes("long list"), element);
            commands.sadd(bytes("big set"), element);
            commands.hset(bytes("big hash"), element, bytes("" + i));
            commands.zadd(bytes("big ranking"), i / 7.0, element);
        }
        commands.rpush(bytes("short list"), bytes("one"), bytes("two"), bytes("three"));
        commands.sadd(bytes("numbers"), bytes("1"), bytes("2"), bytes("300"));
        commands.hset(bytes("small hash"), bytes("a"), bytes("b"));
        commands.pfadd(bytes("visitors"), bytes("anna"), bytes("bert"));
        commands.geoadd(bytes("places"), 13.4, 52.5, bytes("Berlin"));
        commands.setbit(bytes("bits"), 1001, 1);
        for (int i = 0; i < 200; i++) {
            commands.xadd(bytes("events"), Map.of(bytes("n"), bytes("" + i)));
        }
        commands.xgroupCreate(XReadArgs.StreamOffset.from(bytes("events"), "0"), bytes("workers"));
        commands.xgroupCreate(
                XReadArgs.StreamOffset.latest(bytes("jobs")), bytes("workers"), XGroupCreateArgs.Builder.mkstream());
        commands.xreadgroup(
                Consumer.from(bytes("workers"), bytes("reader")),
                XReadArgs.Builder.count(20),
                XReadArgs.StreamOffset.lastConsumed(bytes("events")));
        commands.select(3);
        commands.set(bytes("text"), bytes("in another logical database"));
        commands.expire(bytes("text"), 10_000);
        commands.select(0);
        commands.functionLoad(LIBRARY, true);
    }

    /** Many keys, in few commands. */
    static void fill(StatefulRedisConnection<byte[], byte[]> connection, int from, int to) throws Exception {
        List<RedisFuture<?>> answers = new ArrayList<>();
        for (int i = from; i < to; i++) {
            answers.add(connection.async().set(bytes("key:" + i), bytes("value " + i)));
            if (answers.size() == 10_000 || i == to - 1) {
                for (RedisFuture<?> answer : answers) {
                    answer.get(30, TimeUnit.SECONDS);
                }
                answers.clear();
            }
        }
    }

    static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
