package io.godwit.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EventuallyTest {
    @Test
    void returnsAsSoonAsTheAssertionHolds() throws InterruptedException {
        AtomicInteger checks = new AtomicInteger();

        Eventually.assertThat(
                "third check",
                Duration.ofSeconds(10),
                () -> assertThat(checks.incrementAndGet()).isEqualTo(3));

        assertThat(checks).hasValue(3);
    }

    @Test
    void saysWhatDidNotHappenAndWhy() {
        assertThatThrownBy(() -> Eventually.assertThat("the wonder", Duration.ofMillis(50), () -> {
                    throw new IllegalStateException("not today");
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("the wonder did not happen within 50 ms")
                .hasMessageContaining("not today")
                .hasCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void checksOnceEvenWithoutTime() throws InterruptedException {
        Eventually.await("truth", Duration.ZERO, () -> true);
    }
}
