package io.godwit.replication.engine.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.godwit.engines.PlacedDatabase;
import io.godwit.testing.RedisServer;
import io.lettuce.core.Consumer;
import io.lettuce.core.RedisException;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** The tenant's application: connections that write until the server refuses them, and remember what was acknowledged. */
final class RedisWriters {
    private static final Duration PACE = Duration.ofMillis(2);

    private final List<Thread> threads = new ArrayList<>();
    private final List<AtomicInteger> acknowledged = new ArrayList<>();
    private volatile boolean ending;

    /** @param first the number of the first writer; writers of one test need different numbers */
    RedisWriters(PlacedDatabase database, int first, int count) {
        for (int i = 0; i < count; i++) {
            int writer = first + i;
            AtomicInteger last = new AtomicInteger();
            acknowledged.add(last);
            StatefulRedisConnection<byte[], byte[]> connection = RedisServer.openOwner(database);
            threads.add(Thread.ofVirtual().start(() -> write(connection, writer, last)));
        }
    }

    @SuppressWarnings("unchecked") // the library's array of its parameters
    private void write(StatefulRedisConnection<byte[], byte[]> connection, int writer, AtomicInteger last) {
        try (connection) {
            RedisCommands<byte[], byte[]> commands = connection.sync();
            for (int n = 1; !ending; n++) {
                commands.multi();
                commands.rpush(journal(writer), bytes("" + n));
                commands.incr(bytes("counter"));
                commands.hset(bytes("hash:" + n % 50), bytes("field:" + n % 7), bytes("w" + writer + "n" + n));
                commands.zadd(bytes("ranking"), n, bytes("member:" + n % 100));
                commands.xadd(bytes("events"), Map.of(bytes("writer"), bytes("" + writer), bytes("n"), bytes("" + n)));
                commands.psetex(bytes("session:" + writer + ":" + n), 50 + n % 2000, bytes("short"));
                commands.sadd(bytes("set:" + n % 5), bytes("" + n));
                commands.spop(bytes("set:" + (n + 1) % 5));
                commands.del(bytes("hash:" + (n + 25) % 50));
                commands.exec();
                last.set(n);
                commands.xreadgroup(
                        Consumer.from(bytes("workers"), bytes("reader")),
                        XReadArgs.Builder.count(1),
                        XReadArgs.StreamOffset.lastConsumed(bytes("events")));
                LockSupport.parkNanos(PACE.toNanos());
            }
        } catch (RedisException _) {
            // The fence went up.
        }
    }

    static byte[] journal(int writer) {
        return bytes("journal:" + writer);
    }

    /** Lets the writers end by themselves. */
    void end() throws InterruptedException {
        ending = true;
        awaitEnd();
    }

    void awaitEnd() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
    }

    boolean anyRuns() {
        return threads.stream().anyMatch(Thread::isAlive);
    }

    /** The number of the last acknowledged write of each writer. */
    List<Integer> acknowledged() {
        return acknowledged.stream().map(AtomicInteger::get).toList();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
