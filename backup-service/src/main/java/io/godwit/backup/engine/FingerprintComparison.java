package io.godwit.backup.engine;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Compares what was backed up with what was restored. Rows that have expired meanwhile do not count; of those that
 * expire while the comparison is made, there must not be more than there were.
 */
public final class FingerprintComparison {
    private final Instant begun;
    private final Instant ended;

    /**
     * @param begun a moment before what was restored was read
     * @param ended a moment after that
     */
    public FingerprintComparison(Instant begun, Instant ended) {
        this.begun = begun;
        this.ended = ended;
    }

    /** @return the names of the tables that differ, in order */
    public Set<String> differing(List<TableFingerprint> expected, List<TableFingerprint> restored) {
        Map<String, TableFingerprint> before = byName(expected);
        Map<String, TableFingerprint> now = byName(restored);
        Set<String> names = new HashSet<>(before.keySet());
        names.addAll(now.keySet());
        return names.stream()
                .filter(name -> !same(before.get(name), now.get(name)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private boolean same(@Nullable TableFingerprint before, @Nullable TableFingerprint now) {
        return before != null
                && now != null
                && before.sameRows(now)
                && stillThere(before).equals(stillThere(now))
                && noMoreThan(before, now);
    }

    private Set<ExpiringRows> stillThere(TableFingerprint table) {
        return table.expiring().stream()
                .filter(rows -> !rows.from().isBefore(ended))
                .collect(Collectors.toSet());
    }

    private boolean noMoreThan(TableFingerprint before, TableFingerprint now) {
        Map<Instant, Long> expiring =
                before.expiring().stream().collect(Collectors.toMap(ExpiringRows::from, ExpiringRows::rows));
        return now.expiring().stream()
                .filter(rows -> rows.from().isBefore(ended) && rows.until().isAfter(begun))
                .allMatch(rows -> rows.rows() <= expiring.getOrDefault(rows.from(), 0L));
    }

    private static Map<String, TableFingerprint> byName(List<TableFingerprint> tables) {
        return tables.stream().collect(Collectors.toMap(TableFingerprint::table, Function.identity()));
    }
}
