package io.godwit.replication.engine.redis;

import io.godwit.engines.redis.RedisKeyspace;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.MoveLimits;
import io.godwit.replication.engine.Verification;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.ScanCursor;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares every key of all logical databases, and the functions, while writes go on. */
final class RedisVerifier {
    private static final Logger LOG = LoggerFactory.getLogger(RedisVerifier.class);
    private static final int PAGE_MAX = 1000;
    private static final int FUNCTION_TRIES = 5;
    private static final Duration FUNCTION_PAUSE = Duration.ofMillis(200);

    private final RedisSessions sessions;
    private final RedisFlush flush;
    private final RedisPendingKeys pending;
    private final MoveLimits limits;

    RedisVerifier(RedisSessions sessions, RedisFlush flush, RedisPendingKeys pending, MoveLimits limits) {
        this.sessions = sessions;
        this.flush = flush;
        this.pending = pending;
        this.limits = limits;
    }

    Verification verify(ChangeStream stream) throws Exception {
        long begun = System.nanoTime();
        RedisVerifiedKeys verified = new RedisVerifiedKeys();
        try (RedisSession source = sessions.open(stream.source());
                RedisSession target = sessions.open(stream.target())) {
            TreeSet<Integer> databases = new TreeSet<>(RedisKeyspace.databases(source.commands()));
            databases.addAll(RedisKeyspace.databases(target.commands()));
            for (int database : databases) {
                RedisKeyComparison comparison =
                        new RedisKeyComparison(stream, database, source, target, flush, verified);
                forEachPage(source, comparison::compare);
                forEachPage(target, comparison::compareExtra);
                comparison.settle();
            }
            compareFunctions(stream, source, target);
        }
        pending.save(stream, verified.pending());
        Verification result = verified.result();
        LOG.atInfo()
                .setMessage("Compared every key")
                .addKeyValue("migration", stream.migrationId())
                .addKeyValue("keys", result.rows())
                .addKeyValue("comparedAgain", verified.recheckedKeys())
                .addKeyValue("leftForTheFence", verified.pending().size())
                .addKeyValue("millis", (System.nanoTime() - begun) / 1_000_000)
                .log();
        return result;
    }

    private void forEachPage(RedisSession session, Comparison comparison) throws Exception {
        int about = Math.min(limits.verifyChunkRows(), PAGE_MAX);
        ScanCursor cursor = ScanCursor.INITIAL;
        while (!cursor.isFinished()) {
            KeyScanCursor<byte[]> page = RedisKeyspace.page(session.commands(), cursor, about);
            if (!page.getKeys().isEmpty()) {
                comparison.of(page.getKeys());
            }
            cursor = page;
        }
    }

    private void compareFunctions(ChangeStream stream, RedisSession source, RedisSession target)
            throws InterruptedException {
        List<String> differing = List.of();
        for (int attempt = 0; attempt < FUNCTION_TRIES; attempt++) {
            RedisFunctions here = RedisFunctions.read(source);
            flush.awaitArrival(stream, source.state().position());
            differing = here.differing(RedisFunctions.read(target));
            if (differing.isEmpty()) {
                return;
            }
            Thread.sleep(FUNCTION_PAUSE);
        }
        throw RedisPendingKeys.differs("function library " + differing.getFirst());
    }

    /** Compares some keys. */
    @FunctionalInterface
    private interface Comparison {
        void of(List<byte[]> keys) throws Exception;
    }
}
