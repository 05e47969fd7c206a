package io.godwit.replication.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.replication.engine.redis.RedisOpenKey.Verdict;
import org.junit.jupiter.api.Test;

class RedisOpenKeyTest {
    private static final RedisReading SMALL = new RedisReading(new byte[] {1}, RedisReading.Form.HASH, 100);
    private static final RedisReading LARGE = new RedisReading(new byte[] {1}, RedisReading.Form.IN_PIECES, 1 << 20);
    private static final long LONG = RedisOpenKey.STILL.toNanos();

    private final RedisOpenKey key = new RedisOpenKey(SMALL, true);

    @Test
    void isTheSameWhereTheTargetHasWhatTheSourceHadBeforeOrHasAfter() {
        assertThat(key.see(SMALL, "a", "a", "b", 0, false)).isEqualTo(Verdict.SAME);
        assertThat(key.see(SMALL, "a", "b", "b", 0, false)).isEqualTo(Verdict.SAME);
    }

    @Test
    void differsOnlyIfTheSourceHasStoodStillForLongAndOften() {
        assertThat(key.see(SMALL, "a", "x", "a", 0, false)).isEqualTo(Verdict.OPEN);
        assertThat(key.see(SMALL, "a", "x", "a", LONG, false)).isEqualTo(Verdict.OPEN);
        assertThat(key.see(SMALL, "a", "x", "a", LONG - 1, false)).isEqualTo(Verdict.OPEN);
        assertThat(key.see(SMALL, "a", "y", "a", LONG, false)).isEqualTo(Verdict.DIFFERS);
    }

    @Test
    void whatChangedBetweenTwoLooksHasNotStoodStill() {
        for (int look = 0; look < 3; look++) {
            key.see(SMALL, "a", "x", "a", 0, false);
        }
        assertThat(key.see(SMALL, "b", "x", "b", LONG, false)).isEqualTo(Verdict.OPEN);
        assertThat(key.isStill()).isFalse();
        for (int look = 0; look < 3; look++) {
            assertThat(key.see(SMALL, "b", "x", "b", LONG, false)).isEqualTo(Verdict.OPEN);
        }
    }

    @Test
    void isRestlessIfTheSourceChangedItTooOften() {
        for (int look = 1; look < 20; look++) {
            assertThat(key.see(SMALL, "a" + look, "x", "b" + look, LONG, false)).isEqualTo(Verdict.OPEN);
        }
        assertThat(key.see(SMALL, "a", "x", "b", LONG, false)).isEqualTo(Verdict.RESTLESS);
    }

    @Test
    void isRestlessSoonerIfItIsLargeOrTimeIsUp() {
        key.see(SMALL, "a", "x", "b", 0, false);
        key.see(SMALL, "b", "x", "c", 0, false);
        assertThat(key.see(SMALL, "c", "x", "d", 0, true)).isEqualTo(Verdict.RESTLESS);

        RedisOpenKey large = new RedisOpenKey(LARGE, true);
        large.see(LARGE, "a", "x", "b", 0, false);
        large.see(LARGE, "b", "x", "c", 0, false);
        assertThat(large.see(LARGE, "c", "x", "d", 0, false)).isEqualTo(Verdict.RESTLESS);
    }
}
