package io.godwit.launcher.demo.endurance;

import java.util.Collection;
import java.util.List;

/** By nearest rank: each is a value that was measured. */
record Percentiles(long p50, long p95, long p99, long max) {

    /** @param values at least one */
    static Percentiles of(Collection<Long> values) {
        List<Long> sorted = values.stream().sorted().toList();
        return new Percentiles(rank(sorted, 50), rank(sorted, 95), rank(sorted, 99), sorted.getLast());
    }

    private static long rank(List<Long> sorted, int percent) {
        return sorted.get(Math.ceilDiv(percent * sorted.size(), 100) - 1);
    }
}
