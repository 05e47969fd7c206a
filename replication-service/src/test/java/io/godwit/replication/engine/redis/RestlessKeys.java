package io.godwit.replication.engine.redis;

import static io.godwit.replication.engine.redis.RedisSamples.bytes;

import io.godwit.engines.PlacedDatabase;
import io.godwit.testing.RedisServer;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.List;
import java.util.Map;

/** Keys of every type, one of them large, that change as fast as a client can write until the server refuses it. */
final class RestlessKeys implements AutoCloseable {
    /** Each grows by an element, or in number, with every write. */
    static final List<String> NAMES =
            List.of("restless text", "restless list", "restless hash", "restless ranking", "restless events");

    static final String LARGE = "restless set";
    private static final int KEPT = 100;

    private final StatefulRedisConnection<byte[], byte[]> connection;
    private final Thread thread;
    private volatile boolean ending;

    RestlessKeys(PlacedDatabase database) {
        connection = RedisServer.openOwner(database);
        for (int i = 0; i < 5000; i++) {
            connection.sync().sadd(bytes(LARGE), bytes("member " + i));
        }
        write(0);
        thread = Thread.ofVirtual().start(this::run);
    }

    private void run() {
        try {
            for (long n = 1; !ending; n++) {
                write(n);
            }
        } catch (RedisException _) {
            // The fence went up.
        }
    }

    private void write(long n) {
        RedisCommands<byte[], byte[]> commands = connection.sync();
        byte[] number = bytes("" + n);
        commands.multi();
        commands.incr(bytes(NAMES.get(0)));
        commands.rpush(bytes(NAMES.get(1)), number);
        commands.ltrim(bytes(NAMES.get(1)), -KEPT, -1);
        commands.hset(bytes(NAMES.get(2)), bytes("field " + n % KEPT), number);
        commands.zadd(bytes(NAMES.get(3)), (double) n, bytes("member " + n % KEPT));
        commands.xadd(bytes(NAMES.get(4)), Map.of(bytes("n"), number));
        commands.xtrim(bytes(NAMES.get(4)), KEPT);
        commands.sadd(bytes(LARGE), bytes("member " + n % 7000), bytes("another " + n % 1000));
        commands.srem(bytes(LARGE), bytes("another " + (n + 500) % 1000));
        commands.exec();
    }

    @Override
    public void close() {
        ending = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        connection.close();
    }
}
