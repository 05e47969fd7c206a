package io.godwit.backup.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RedisExpirySpanTest {
    private static final Instant MOMENT = Instant.parse("2026-06-30T12:00:00.123Z");

    @Test
    void aTimeLiesInItsSpan() {
        for (long distance = 1; distance < Long.MAX_VALUE / 4; distance = distance * 3 + 1) {
            Instant expiry = MOMENT.plusMillis(distance);
            RedisExpirySpan span = RedisExpirySpan.of(expiry.toEpochMilli(), MOMENT);

            assertThat(span.from()).isBeforeOrEqualTo(expiry);
            assertThat(span.until()).isAfter(expiry);
        }
    }

    @Test
    void spansFollowEachOtherWithoutGap() {
        Instant time = MOMENT;
        for (int i = 0; i < 100; i++) {
            RedisExpirySpan span = RedisExpirySpan.of(time.toEpochMilli(), MOMENT);
            assertThat(span.from()).isEqualTo(time);
            time = span.until();
        }
    }

    @Test
    void nearSpansAreAMinuteAndFarOnesAnEighthOfTheirDistance() {
        assertThat(lengthAt(Duration.ofSeconds(30))).isEqualTo(Duration.ofMinutes(1));
        assertThat(lengthAt(Duration.ofMinutes(15))).isEqualTo(Duration.ofMinutes(1));
        assertThat(lengthAt(Duration.ofMinutes(16))).isEqualTo(Duration.ofMinutes(2));
        assertThat(lengthAt(Duration.ofMinutes(1024))).isEqualTo(Duration.ofMinutes(128));
    }

    @Test
    void whatExpiredBeforeTheMomentBelongsToTheFirstSpan() {
        assertThat(RedisExpirySpan.of(1, MOMENT).from()).isEqualTo(MOMENT);
    }

    @Test
    void aCenturyHasFewSpans() {
        Set<RedisExpirySpan> spans = new HashSet<>();
        for (long minutes = 0; minutes < Duration.ofDays(36_500).toMinutes(); minutes += 1 + minutes / 20) {
            spans.add(
                    RedisExpirySpan.of(MOMENT.plus(Duration.ofMinutes(minutes)).toEpochMilli(), MOMENT));
        }

        assertThat(spans).hasSizeLessThan(200);
    }

    private static Duration lengthAt(Duration distance) {
        RedisExpirySpan span = RedisExpirySpan.of(MOMENT.plus(distance).toEpochMilli(), MOMENT);
        return Duration.between(span.from(), span.until());
    }
}
