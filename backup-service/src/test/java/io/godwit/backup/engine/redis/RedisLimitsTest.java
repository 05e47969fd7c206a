package io.godwit.backup.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RedisLimitsTest {
    private static final RedisLimits LIMITS = new RedisLimits(50_000_000, 1 << 30);

    @Test
    void whatWasSetAsideIsReadAgain() {
        assertThat(RedisLimits.parse(LIMITS.text())).isEqualTo(LIMITS);
    }

    @Test
    void whatAnOlderServiceHadSetAsideIsTheMemoryAlone() {
        assertThat(RedisLimits.parse("maxmemory=50000000")).isEqualTo(new RedisLimits(50_000_000, 0));
    }

    @Test
    void whereNothingWasSetAsideNothingIsPutBack() {
        assertThat(RedisLimits.parse(null)).isEqualTo(new RedisLimits(0, 0));
        assertThat(RedisLimits.parse("")).isEqualTo(new RedisLimits(0, 0));
    }
}
