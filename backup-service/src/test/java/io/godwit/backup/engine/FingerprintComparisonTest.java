package io.godwit.backup.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class FingerprintComparisonTest {
    private static final Instant BEGUN = Instant.parse("2026-06-30T12:00:00Z");
    private static final Instant ENDED = BEGUN.plusSeconds(10);
    private static final Duration HOUR = Duration.ofHours(1);

    private final FingerprintComparison comparison = new FingerprintComparison(BEGUN, ENDED);

    @Test
    void theSameTablesDoNotDifferWhateverTheirOrder() {
        TableFingerprint one = new TableFingerprint("one", 1, "a");
        TableFingerprint two = new TableFingerprint("two", 2, "b");

        assertThat(comparison.differing(List.of(one, two), List.of(two, one))).isEmpty();
    }

    @Test
    void aMissingAnAddedAndAChangedTableAreNamedInOrder() {
        List<TableFingerprint> before = List.of(
                new TableFingerprint("missing", 0, "0"),
                new TableFingerprint("changed", 2, "b"),
                new TableFingerprint("counted", 2, "b"));
        List<TableFingerprint> now = List.of(
                new TableFingerprint("changed", 2, "c"),
                new TableFingerprint("counted", 3, "b"),
                new TableFingerprint("added", 0, "0"));

        assertThat(comparison.differing(before, now)).containsExactly("added", "changed", "counted", "missing");
    }

    @Test
    void rowsThatHaveExpiredMeanwhileDoNotCount() {
        TableFingerprint before = table(rows(BEGUN.minus(HOUR), BEGUN, 7, "x"));

        assertThat(comparison.differing(List.of(before), List.of(table()))).isEmpty();
    }

    @Test
    void rowsThatAreStillThereMustBeTheSame() {
        ExpiringRows later = rows(ENDED, ENDED.plus(HOUR), 7, "x");
        List<TableFingerprint> before = List.of(table(later));

        assertThat(comparison.differing(before, List.of(table(later)))).isEmpty();
        assertThat(comparison.differing(before, List.of(table()))).containsExactly("db0");
        assertThat(comparison.differing(before, List.of(table(rows(later.from(), later.until(), 7, "y")))))
                .containsExactly("db0");
        assertThat(comparison.differing(List.of(table()), before)).containsExactly("db0");
    }

    @Test
    void ofRowsThatExpireDuringTheComparisonThereMustNotBeMoreThanThereWere() {
        Instant from = BEGUN.minusSeconds(1);
        Instant until = BEGUN.plusSeconds(1);
        List<TableFingerprint> before = List.of(table(rows(from, until, 7, "x")));

        assertThat(comparison.differing(before, List.of(table()))).isEmpty();
        assertThat(comparison.differing(before, List.of(table(rows(from, until, 6, "y")))))
                .isEmpty();
        assertThat(comparison.differing(before, List.of(table(rows(from, until, 8, "y")))))
                .containsExactly("db0");
        assertThat(comparison.differing(List.of(table()), before)).containsExactly("db0");
    }

    private static TableFingerprint table(ExpiringRows... expiring) {
        return new TableFingerprint("db0", 3, "a", List.of(expiring));
    }

    private static ExpiringRows rows(Instant from, Instant until, long count, String hash) {
        return new ExpiringRows(from, until, count, hash);
    }
}
