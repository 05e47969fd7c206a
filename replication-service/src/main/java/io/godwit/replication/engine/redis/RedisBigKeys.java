package io.godwit.replication.engine.redis;

import io.godwit.engines.redis.RedisKeyspace;
import io.godwit.events.Finding;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScanCursor;
import java.util.ArrayList;
import java.util.List;

/** Looks for keys that take a lot of memory, among as many as the limit allows. */
final class RedisBigKeys {
    private static final int PAGE = 500;
    private static final int NAMED_MAX = 20;

    private RedisBigKeys() {}

    /** @param session in which another logical database may be chosen */
    static List<Finding> find(RedisSession session, RedisLimits limits) throws InterruptedException {
        List<Finding> findings = new ArrayList<>();
        int left = limits.sampledKeys();
        for (int database : RedisKeyspace.databases(session.commands())) {
            session.commands().select(database);
            ScanCursor cursor = ScanCursor.INITIAL;
            while (!cursor.isFinished() && left > 0 && findings.size() < NAMED_MAX) {
                KeyScanCursor<byte[]> page = RedisKeyspace.page(session.commands(), cursor, Math.min(left, PAGE));
                check(session, database, page.getKeys(), limits.bigKey().toBytes(), findings);
                left -= page.getKeys().size();
                cursor = page;
            }
        }
        return findings.subList(0, Math.min(findings.size(), NAMED_MAX));
    }

    private static void check(RedisSession session, int database, List<byte[]> keys, long limit, List<Finding> findings)
            throws InterruptedException {
        List<RedisFuture<Long>> sizes =
                keys.stream().map(key -> session.pipeline().memoryUsage(key)).toList();
        for (int i = 0; i < keys.size(); i++) {
            Long bytes = RedisAwait.answer(sizes.get(i));
            if (bytes != null && bytes > limit) {
                findings.add(new Finding(
                        Finding.Severity.WARNING,
                        "BIG_KEY",
                        RedisKeyNames.describe(database, keys.get(i)),
                        "the key takes " + bytes + " bytes; whatever works on it as a whole holds up everybody",
                        "split it, if a move under load must not be felt"));
            }
        }
    }
}
