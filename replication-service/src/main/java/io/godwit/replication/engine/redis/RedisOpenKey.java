package io.godwit.replication.engine.redis;

import java.time.Duration;

/**
 * A key that has differed so far. Each look reads it on the source, then on the target once that has come to where the
 * source stood, and on the source once more:
 *
 * <pre>
 *        ┌──────── the source changed it, or not for long
 *        ▼                │
 *      OPEN ──────────────┤
 *                         ├─▶ SAME      the target has what the source had before or has after
 *                         ├─▶ DIFFERS   the source has stood still for long, and the target has something else
 *                         └─▶ RESTLESS  the source changed it every time, or now and then until time was up
 * </pre>
 */
final class RedisOpenKey {
    /** Longer than servers' clocks differ, by which keys expire. */
    static final Duration STILL = Duration.ofMillis(2500);

    private static final int STILL_LOOKS = 3;

    /** A key that has changed so often while it was looked at will go on doing so. */
    private static final int CHANGES_MAX = 20;

    /** Enough for a key whose looks take long, or when time is up. */
    private static final int CHANGES_FEW = 3;

    private final byte[] key;
    private final boolean counts;
    private long bytes;
    private int changes;
    private String still = "";
    private long stillSince;
    private int stillLooks;

    enum Verdict {
        OPEN,
        SAME,
        DIFFERS,
        RESTLESS
    }

    /** @param counts whether the source had the key when it was found to differ */
    RedisOpenKey(RedisReading reading, boolean counts) {
        this.key = reading.key();
        this.bytes = reading.bytes();
        this.counts = counts;
    }

    byte[] key() {
        return key;
    }

    boolean counts() {
        return counts;
    }

    long bytes() {
        return bytes;
    }

    /** Whether the source did not change it when it was looked at last. */
    boolean isStill() {
        return stillLooks > 0;
    }

    /**
     * Takes in another look.
     *
     * @param before its digest on the source, read in the form of {@code reading} as were the others
     * @param there on the target
     * @param after on the source again
     * @param now in nanoseconds
     * @param late whether time is up
     */
    Verdict see(RedisReading reading, String before, String there, String after, long now, boolean late) {
        bytes = reading.bytes();
        if (there.equals(before) || there.equals(after)) {
            return Verdict.SAME;
        }
        if (!before.equals(after) || (isStill() && !before.equals(still))) {
            stillLooks = 0;
            changes++;
            boolean few = late || reading.form() == RedisReading.Form.IN_PIECES;
            return changes >= (few ? CHANGES_FEW : CHANGES_MAX) ? Verdict.RESTLESS : Verdict.OPEN;
        }
        if (!isStill()) {
            still = before;
            stillSince = now;
        }
        stillLooks++;
        return stillLooks >= STILL_LOOKS && now - stillSince >= STILL.toNanos() ? Verdict.DIFFERS : Verdict.OPEN;
    }
}
