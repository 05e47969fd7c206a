package io.godwit.provisioning.target;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Looks at something about once a second, on a thread of its own, until it is closed. */
final class StandbyWatch implements AutoCloseable {
    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final Look look;
    private final CountDownLatch ended = new CountDownLatch(1);

    StandbyWatch(String name, Look look) {
        this.look = look;
        Thread.ofVirtual().name(name).start(this::run);
    }

    /** One look. */
    @FunctionalInterface
    interface Look {
        /**
         * @param before what the last look has found, at first 0
         * @param nanos since then
         * @return what this one has
         */
        long at(long before, long nanos);
    }

    private void run() {
        long found = 0;
        long last = System.nanoTime();
        try {
            while (!ended.await(PERIOD.toMillis(), TimeUnit.MILLISECONDS)) {
                long now = System.nanoTime();
                found = look.at(found, now - last);
                last = now;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A look that is under way goes on to its end. */
    @Override
    public void close() {
        ended.countDown();
    }
}
