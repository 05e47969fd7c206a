package io.godwit.launcher.demo.load;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Counts what the clients see. Safe for use by several threads. */
public final class LoadMeter {
    private static final int ERRORS_TO_SHOW = 5;

    private final LongAdder exchanges = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final AtomicLong longestNanos = new AtomicLong();
    private final AtomicInteger shown = new AtomicInteger();
    private final ConcurrentLinkedQueue<String> errors = new ConcurrentLinkedQueue<>();

    void answered(long nanos) {
        exchanges.increment();
        longestNanos.accumulateAndGet(nanos, Math::max);
    }

    void failed(long nanos, String error) {
        answered(nanos);
        failed.increment();
        if (shown.getAndIncrement() < ERRORS_TO_SHOW) {
            errors.add(error);
        }
    }

    /** How many exchanges have ended, well or not. */
    public long exchanges() {
        return exchanges.sum();
    }

    public long failed() {
        return failed.sum();
    }

    /** The first few errors that clients saw. */
    public List<String> errors() {
        return List.copyOf(errors);
    }

    /** @return the longest exchange since the last call */
    public Duration takeLongest() {
        return Duration.ofNanos(longestNanos.getAndSet(0));
    }
}
