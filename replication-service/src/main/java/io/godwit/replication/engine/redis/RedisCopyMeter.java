package io.godwit.replication.engine.redis;

import io.godwit.replication.engine.CopyListener;
import io.godwit.replication.engine.CopyProgress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Measures a copy, which is first received and then loaded, or both at once, and tells the listener once in a while. Only
 * one thread measures.
 */
final class RedisCopyMeter implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofMillis(700);
    private static final double ALMOST = 99.9;

    private final RedisSession target;
    private final CopyListener listener;
    private final long totalKeys;
    private final long totalBytes;
    private final long started = System.nanoTime();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile long keys;
    private volatile long bytes;
    private double percent;

    RedisCopyMeter(RedisSession source, RedisSession target, CopyListener listener) {
        this.target = target;
        this.listener = listener;
        this.totalKeys = RedisContent.count(source);
        this.totalBytes = RedisContent.bytes(source);
        Thread.ofVirtual().name("copy-progress").start(this::report);
    }

    void measure() {
        keys = Math.max(keys, RedisContent.count(target));
        bytes = Math.max(bytes, target.info("replication").number("master_sync_read_bytes"));
    }

    long keys() {
        return keys;
    }

    /** As they came over the wire, if the copy took long enough to see them; otherwise as they lie in memory. */
    long bytes() {
        return bytes;
    }

    private void report() {
        long keysBefore = 0;
        long bytesBefore = 0;
        long before = started;
        try {
            while (!ended.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
                long now = System.nanoTime();
                double seconds = (now - before) / 1e9;
                long keysNow = keys;
                long bytesNow = bytes;
                listener.onProgress(new CopyProgress(
                        percent(),
                        keysNow,
                        bytesNow,
                        Math.round((keysNow - keysBefore) / seconds),
                        Math.round((bytesNow - bytesBefore) / seconds)));
                keysBefore = keysNow;
                bytesBefore = bytesNow;
                before = now;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Never goes back, and says 100 only when everything is there. The size on the wire is a guess. */
    private double percent() {
        double loaded = part(keys, totalKeys);
        double received = Math.max(loaded, part(bytes, totalBytes));
        percent = Math.max(percent, Math.min(ALMOST, 50 * (received + loaded)));
        return Math.round(percent * 10) / 10.0;
    }

    private static double part(long done, long all) {
        return all == 0 ? 0 : Math.min(1, (double) done / all);
    }

    /** Reports the end. */
    void complete() {
        keys = RedisContent.count(target);
        if (bytes == 0) {
            bytes = RedisContent.bytes(target);
        }
        double seconds = Math.max(1e-3, (System.nanoTime() - started) / 1e9);
        ended.countDown();
        listener.onProgress(
                new CopyProgress(100, keys, bytes, Math.round(keys / seconds), Math.round(bytes / seconds)));
    }

    @Override
    public void close() {
        // Not by an interrupt: the listener may be in the middle of a transaction.
        ended.countDown();
    }
}
