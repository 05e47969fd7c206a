package io.godwit.backup.engine.redis;

import java.time.Duration;
import java.time.Instant;

/**
 * A span of time in which keys expire. Spans are the wider the farther they are from the moment of a snapshot, so that
 * few of them cover all times: eight of a minute, then eight for each doubling of the distance.
 */
record RedisExpirySpan(Instant from, Instant until) {
    private static final long UNIT_MILLIS = Duration.ofMinutes(1).toMillis();
    private static final int SPANS_OF_A_DOUBLING = 8;

    /** @param expiry in milliseconds since the epoch; what lies before the moment belongs to the first span */
    static RedisExpirySpan of(long expiry, Instant moment) {
        long distance = Math.max(0, expiry - moment.toEpochMilli()) / UNIT_MILLIS;
        int shift = 0;
        while (distance >> shift >= 2 * SPANS_OF_A_DOUBLING) {
            shift++;
        }
        long number = distance >> shift;
        return new RedisExpirySpan(after(moment, number << shift), after(moment, (number + 1) << shift));
    }

    private static Instant after(Instant moment, long units) {
        return moment.plusMillis(units * UNIT_MILLIS);
    }
}
