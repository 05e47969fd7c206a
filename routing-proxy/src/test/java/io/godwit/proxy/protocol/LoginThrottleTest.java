package io.godwit.proxy.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LoginThrottleTest {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final LoginThrottle throttle = new LoginThrottle(() -> now);

    @Test
    void repeatedFailuresWaitLongerAndLongerUpToALimit() {
        assertThat(throttle.onFailure("a")).isZero();
        assertThat(throttle.onFailure("a")).isZero();
        assertThat(throttle.onFailure("a")).isEqualTo(Duration.ofMillis(250));
        assertThat(throttle.onFailure("a")).isEqualTo(Duration.ofMillis(500));
        for (int i = 0; i < 100; i++) {
            throttle.onFailure("a");
        }
        assertThat(throttle.onFailure("a")).isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void anotherAddressASuccessOrTimeBeginAnew() {
        for (int i = 0; i < 5; i++) {
            throttle.onFailure("a");
        }
        assertThat(throttle.onFailure("b")).isZero();
        now = now.plusSeconds(61);
        assertThat(throttle.onFailure("a")).isZero();
        throttle.onFailure("a");
        throttle.onSuccess("a");
        throttle.onFailure("a");
        assertThat(throttle.onFailure("a")).isZero();
    }
}
