package io.godwit.replication.engine.redis;

import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.ParallelTasks;
import io.lettuce.core.RedisFuture;
import java.util.List;

/** Compares keys of one logical database while writes go on, at first sight; those that differ are settled afterwards. */
final class RedisKeyComparison {
    private final int database;
    private final RedisSession source;
    private final RedisSession target;
    private final RedisVerifiedKeys verified;
    private final RedisOpenKeys open;

    /** @param source a session of its own, like {@code target}: the logical database is chosen in them */
    RedisKeyComparison(
            ChangeStream stream,
            int database,
            RedisSession source,
            RedisSession target,
            RedisFlush flush,
            RedisVerifiedKeys verified) {
        this.database = database;
        this.source = source;
        this.target = target;
        this.verified = verified;
        this.open = new RedisOpenKeys(stream, database, source, target, flush, verified);
        source.commands().select(database);
        target.commands().select(database);
    }

    /** @param keys of the source */
    void compare(List<byte[]> keys) throws Exception {
        List<RedisReading> readings = RedisReading.of(source, keys);
        ParallelTasks.Both<List<String>, List<String>> digests =
                ParallelTasks.both(() -> RedisDigests.of(source, readings), () -> RedisDigests.of(target, readings));
        boolean rechecked = false;
        for (int i = 0; i < keys.size(); i++) {
            String digest = digests.first().get(i);
            if (digest.equals(digests.second().get(i))) {
                verified.add(database, keys.get(i), digest);
            } else {
                rechecked = true;
                open.add(new RedisOpenKey(readings.get(i), true));
            }
        }
        verified.onChunk(rechecked);
    }

    /** @param keys of the target, of which the source should have each */
    void compareExtra(List<byte[]> keys) throws Exception {
        List<RedisFuture<Long>> present = source.together(
                () -> keys.stream().map(key -> source.pipeline().exists(key)).toList());
        for (int i = 0; i < keys.size(); i++) {
            if (RedisAwait.answer(present.get(i)) == 0) {
                open.add(new RedisOpenKey(new RedisReading(keys.get(i), RedisReading.Form.ABSENT, 0), false));
            }
        }
    }

    /** Comes to an end with the keys that differed. */
    void settle() throws Exception {
        open.settle();
    }
}
