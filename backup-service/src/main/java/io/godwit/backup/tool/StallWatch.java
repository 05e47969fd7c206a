package io.godwit.backup.tool;

import java.time.Duration;

/** Ends a transfer in which nothing moves for too long. */
public final class StallWatch implements AutoCloseable {
    private final Duration limit;
    private final Runnable onStall;
    private final Thread watcher;
    private volatile long lastMove = System.nanoTime();
    private volatile boolean stalled;

    private StallWatch(Duration limit, Runnable onStall) {
        this.limit = limit;
        this.onStall = onStall;
        this.watcher = Thread.ofVirtual().name("stall-watch").unstarted(this::watch);
    }

    /** @param onStall must make the transfer's blocked reads and writes return */
    public static StallWatch start(Duration limit, Runnable onStall) {
        StallWatch watch = new StallWatch(limit, onStall);
        watch.watcher.start();
        return watch;
    }

    /** Says that something moved. */
    public void moved() {
        lastMove = System.nanoTime();
    }

    public boolean stalled() {
        return stalled;
    }

    @Override
    public void close() {
        watcher.interrupt();
    }

    private void watch() {
        try {
            while (true) {
                long idle = System.nanoTime() - lastMove;
                if (idle >= limit.toNanos()) {
                    stalled = true;
                    onStall.run();
                    return;
                }
                Thread.sleep(Duration.ofNanos(limit.toNanos() - idle));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
