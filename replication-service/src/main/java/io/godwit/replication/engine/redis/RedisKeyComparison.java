package io.godwit.replication.engine.redis;

import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.ParallelTasks;
import io.lettuce.core.RedisFuture;
import java.time.Duration;
import java.util.List;

/**
 * Compares keys of one logical database while writes go on. A key that differs is read again: on the source, then on the
 * target once that has come to where the source stood, and on the source once more. Only a key that did not change on the
 * source in between can be said to differ.
 */
final class RedisKeyComparison {
    private static final int TRIES_MAX = 30;

    /** A key that has changed so often meanwhile will go on doing so. */
    private static final int CHANGES_MAX = 5;

    /** With growing pauses these take longer than servers' clocks differ, by which keys expire. */
    private static final int SURE_AFTER = 8;

    private static final Duration PAUSE = Duration.ofMillis(10);

    private final ChangeStream stream;
    private final int database;
    private final RedisSession source;
    private final RedisSession target;
    private final RedisFlush flush;
    private final RedisVerifiedKeys verified;

    /** @param source a session of its own, like {@code target}: the logical database is chosen in them */
    RedisKeyComparison(
            ChangeStream stream,
            int database,
            RedisSession source,
            RedisSession target,
            RedisFlush flush,
            RedisVerifiedKeys verified) {
        this.stream = stream;
        this.database = database;
        this.source = source;
        this.target = target;
        this.flush = flush;
        this.verified = verified;
        source.commands().select(database);
        target.commands().select(database);
    }

    /** @param keys of the source */
    void compare(List<byte[]> keys) throws Exception {
        ParallelTasks.Both<List<String>, List<String>> digests =
                ParallelTasks.both(() -> RedisDigests.of(source, keys), () -> RedisDigests.of(target, keys));
        boolean rechecked = false;
        for (int i = 0; i < keys.size(); i++) {
            String digest = digests.first().get(i);
            if (digest.equals(digests.second().get(i))) {
                verified.add(database, keys.get(i), digest);
            } else {
                rechecked = true;
                recheck(keys.get(i), true);
            }
        }
        verified.onChunk(rechecked);
    }

    /** @param keys of the target, of which the source should have each */
    void compareExtra(List<byte[]> keys) throws Exception {
        List<RedisFuture<Long>> present =
                keys.stream().map(key -> source.pipeline().exists(key)).toList();
        for (int i = 0; i < keys.size(); i++) {
            if (RedisAwait.answer(present.get(i)) == 0) {
                recheck(keys.get(i), false);
            }
        }
    }

    private void recheck(byte[] key, boolean count) throws Exception {
        int alike = 0;
        int changes = 0;
        for (int attempt = 0; attempt < TRIES_MAX && changes < CHANGES_MAX; attempt++) {
            String before = RedisDigests.of(source, key);
            RedisPosition position = source.state().position();
            flush.awaitArrival(stream, position);
            String there = RedisDigests.of(target, key);
            String after = RedisDigests.of(source, key);
            if (there.equals(before) || there.equals(after)) {
                if (count) {
                    verified.add(database, key, there);
                }
                return;
            }
            changes += before.equals(after) ? 0 : 1;
            if (before.equals(after)) {
                alike++;
                if (alike >= SURE_AFTER) {
                    throw RedisPendingKeys.differs(RedisKeyNames.describe(database, key));
                }
                Thread.sleep(PAUSE.multipliedBy(1L << alike));
            }
        }
        verified.addPending(new RedisPendingKeys.Pending(database, key), count);
    }
}
