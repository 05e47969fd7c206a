package io.godwit.proxy.gate;

/**
 * How many exchanges waited at a gate, and how long the one that waited longest did.
 *
 * @param longestNanos 0 if none waited
 */
record HoldStatistics(long heldExchanges, long longestNanos) {
    static final HoldStatistics NONE = new HoldStatistics(0, 0);

    HoldStatistics plus(HoldStatistics other) {
        return new HoldStatistics(heldExchanges + other.heldExchanges, Math.max(longestNanos, other.longestNanos));
    }

    HoldStatistics plusOne(long nanos) {
        return new HoldStatistics(heldExchanges + 1, Math.max(longestNanos, nanos));
    }
}
