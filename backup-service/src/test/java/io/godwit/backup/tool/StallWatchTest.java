package io.godwit.backup.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.testing.Eventually;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StallWatchTest {

    @Test
    void whatDoesNotMoveIsEnded() throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        try (StallWatch watch = StallWatch.start(Duration.ofMillis(50), ended::countDown)) {
            assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(watch.stalled()).isTrue();
        }
    }

    @Test
    void whatMovesGoesOn() throws InterruptedException {
        Duration limit = Duration.ofSeconds(2);
        long begin = System.nanoTime();
        try (StallWatch watch = StallWatch.start(limit, () -> {})) {
            Eventually.await("longer than the limit", Duration.ofSeconds(10), () -> {
                watch.moved();
                return System.nanoTime() - begin > limit.plusMillis(500).toNanos();
            });
            assertThat(watch.stalled()).isFalse();
        }
    }
}
