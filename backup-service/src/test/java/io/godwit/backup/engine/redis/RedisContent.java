package io.godwit.backup.engine.redis;

import io.godwit.engines.PlacedDatabase;
import io.godwit.testing.RedisServer;
import io.lettuce.core.Consumer;
import io.lettuce.core.SetArgs;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Keys of every type, as a tenant writes them. */
final class RedisContent {
    static final int ROWS = 600;

    private static final String LIBRARY = """
        #!lua name=shop
        redis.register_function('shop_greet', function(keys, args) return 'hello ' .. args[1] end)
        """;

    private RedisContent() {}

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Fills the logical databases 0, 3 and 15, and makes a library of functions. */
    static void fill(PlacedDatabase database) {
        as(database, commands -> {
            values(commands);
            collections(commands);
            stream(commands);
            commands.select(3);
            commands.set(bytes("other"), bytes("database"));
            commands.select(15);
            commands.setex(bytes("session"), Duration.ofDays(30).toSeconds(), bytes("far away"));
            return null;
        });
        try (StatefulRedisConnection<byte[], byte[]> admin =
                RedisServer.connections().openAdmin(database.server())) {
            admin.sync().functionLoad(LIBRARY, true);
        }
    }

    private static void values(RedisCommands<byte[], byte[]> commands) {
        for (int i = 0; i < ROWS; i++) {
            commands.set(bytes("order:" + i), bytes("value " + i));
        }
        commands.set(new byte[] {0, (byte) 0xff, '\r', '\n'}, new byte[] {1, 0, (byte) 0xfe});
        commands.set(bytes(""), bytes(""));
        commands.set(bytes("number"), bytes("1234567890"));
        commands.set(bytes("large"), new byte[3 << 20]);
        commands.setbit(bytes("bits"), 1_000, 1);
        commands.pfadd(bytes("visitors"), bytes("a"), bytes("b"));
        for (int i = 0; i < 50; i++) {
            commands.set(bytes("expiring:" + i), bytes("value"), SetArgs.Builder.ex(Duration.ofHours(1L + i)));
        }
    }

    private static void collections(RedisCommands<byte[], byte[]> commands) {
        for (int i = 0; i < ROWS; i++) {
            byte[] element = bytes("element " + i);
            commands.rpush(bytes("list"), element);
            commands.sadd(bytes("set"), element);
            commands.sadd(bytes("numbers"), bytes(Integer.toString(i)));
            commands.hset(bytes("hash"), element, bytes("value " + i));
            commands.zadd(bytes("scores"), i / 7.0, element);
        }
        commands.rpush(bytes("short list"), bytes("one"), bytes("two"));
        commands.hset(bytes("short hash"), Map.of(bytes("a"), bytes("1"), bytes("b"), bytes("2")));
        commands.zadd(bytes("short scores"), Double.POSITIVE_INFINITY, bytes("most"));
        commands.geoadd(bytes("places"), 13.36, 38.11, bytes("Palermo"));
    }

    @SuppressWarnings("unchecked") // the driver's signature
    private static void stream(RedisCommands<byte[], byte[]> commands) {
        byte[] stream = bytes("stream");
        for (int i = 0; i < 300; i++) {
            commands.xadd(stream, Map.of(bytes("n"), bytes(Integer.toString(i))));
        }
        String last = commands.xadd(stream, Map.of(bytes("n"), bytes("removed")));
        commands.xdel(stream, last);
        commands.xgroupCreate(XReadArgs.StreamOffset.from(stream, "0"), bytes("group"));
        Consumer<byte[]> consumer = Consumer.from(bytes("group"), bytes("consumer"));
        commands.xreadgroup(consumer, XReadArgs.Builder.count(20), XReadArgs.StreamOffset.lastConsumed(stream));
    }

    /** Null if there is no such key. */
    static byte @Nullable [] get(PlacedDatabase database, byte[] key) {
        return as(database, commands -> commands.get(key));
    }

    /** How many keys there are in the logical database 0. */
    static long size(PlacedDatabase database) {
        return as(database, RedisCommands::dbsize);
    }

    /** Runs commands as the tenant. */
    static <T> T as(PlacedDatabase database, Function<RedisCommands<byte[], byte[]>, T> work) {
        try (StatefulRedisConnection<byte[], byte[]> connection = RedisServer.openOwner(database)) {
            return work.apply(connection.sync());
        }
    }
}
