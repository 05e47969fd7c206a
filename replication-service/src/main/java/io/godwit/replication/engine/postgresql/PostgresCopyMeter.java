package io.godwit.replication.engine.postgresql;

import io.godwit.replication.engine.CopyListener;
import io.godwit.replication.engine.CopyProgress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Counts what the pipes carry and tells the listener once in a while. */
final class PostgresCopyMeter implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofMillis(700);

    private final long totalBytes;
    private final CopyListener listener;
    private final LongAdder rowsSeen = new LongAdder();
    private final LongAdder rowsDone = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder chunkBytesDone = new LongAdder();
    private final AtomicLong lastPercent = new AtomicLong();
    private final long started = System.nanoTime();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread reporter;

    /** @param totalBytes the size of all tables on the source */
    PostgresCopyMeter(long totalBytes, CopyListener listener) {
        this.totalBytes = totalBytes;
        this.listener = listener;
        this.reporter = Thread.ofVirtual().name("copy-progress").start(this::report);
    }

    void onRow() {
        rowsSeen.increment();
    }

    void onBytes(int count) {
        bytes.add(count);
    }

    void onChunk(PostgresCopyChunk chunk, long rows) {
        chunkBytesDone.add(chunk.bytes());
        rowsDone.add(rows);
    }

    long rows() {
        return rowsDone.sum();
    }

    long bytes() {
        return bytes.sum();
    }

    private void report() {
        long rowsBefore = 0;
        long bytesBefore = 0;
        long before = started;
        try {
            while (!ended.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
                long now = System.nanoTime();
                double seconds = (now - before) / 1e9;
                long rowsNow = rowsSeen.sum();
                long bytesNow = bytes.sum();
                listener.onProgress(new CopyProgress(
                        percent(),
                        rowsNow,
                        bytesNow,
                        Math.round((rowsNow - rowsBefore) / seconds),
                        Math.round((bytesNow - bytesBefore) / seconds)));
                rowsBefore = rowsNow;
                bytesBefore = bytesNow;
                before = now;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Never goes back, and says 100 only when everything is there. */
    private double percent() {
        long tenths = totalBytes == 0 ? 0 : Math.min(999, chunkBytesDone.sum() * 1000 / totalBytes);
        return lastPercent.accumulateAndGet(tenths, Math::max) / 10.0;
    }

    /** Reports the end, after which nothing is reported any more. */
    void complete() throws InterruptedException {
        close();
        reporter.join();
        double seconds = Math.max(1e-3, (System.nanoTime() - started) / 1e9);
        listener.onProgress(
                new CopyProgress(100, rows(), bytes(), Math.round(rows() / seconds), Math.round(bytes() / seconds)));
    }

    @Override
    public void close() {
        // Not by an interrupt: the listener may be in the middle of a transaction.
        ended.countDown();
    }
}
