package io.godwit.provisioning.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.testing.Eventually;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rounds that go on until they are let go. */
@Timeout(30)
class LeftoverRoundsTest {
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(200);

    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger interrupted = new AtomicInteger();
    private final CountDownLatch letGo = new CountDownLatch(1);

    @AfterEach
    void nobodyStays() {
        letGo.countDown();
    }

    @Test
    void nobodyWaitsForARoundAndNoneBeginsBesideIt() throws Exception {
        LeftoverRounds rounds = new LeftoverRounds(this::round, LONG);
        rounds.begin();
        awaitBegun(1);
        rounds.begin();
        Eventually.stays("one round at a time", SHORT, () -> begun.get() == 1);

        letGo.countDown();

        awaitAnother(rounds, 2);
    }

    @Test
    void oneThatFailedIsFollowedByAnother() throws Exception {
        LeftoverRounds rounds = new LeftoverRounds(
                () -> {
                    begun.incrementAndGet();
                    throw new IllegalStateException("broken");
                },
                LONG);
        rounds.begin();
        awaitBegun(1);

        awaitAnother(rounds, 2);
    }

    @Test
    void theEndInterruptsTheRoundAndLetsNoneBegin() throws Exception {
        LeftoverRounds rounds = new LeftoverRounds(this::round, LONG);
        rounds.begin();
        awaitBegun(1);

        rounds.end();
        rounds.begin();

        assertThat(interrupted).hasValue(1);
        Eventually.stays("no further round", SHORT, () -> begun.get() == 1);
    }

    @Test
    void theEndWaitsForNoRoundThatCanNotBeInterrupted() throws Exception {
        LeftoverRounds rounds = new LeftoverRounds(
                () -> {
                    begun.incrementAndGet();
                    while (letGo.getCount() > 0) {
                        Thread.onSpinWait();
                    }
                },
                SHORT);
        rounds.begin();
        awaitBegun(1);

        long begin = System.nanoTime();
        rounds.end();

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(SHORT, LONG);
    }

    private void round() {
        begun.incrementAndGet();
        try {
            letGo.await();
        } catch (InterruptedException e) {
            interrupted.incrementAndGet();
            Thread.currentThread().interrupt();
        }
    }

    private void awaitBegun(int count) throws InterruptedException {
        Eventually.await("round " + count, LONG, () -> begun.get() == count);
    }

    /** The earlier one may take a moment to come to its end. */
    private void awaitAnother(LeftoverRounds rounds, int count) throws InterruptedException {
        Eventually.await("round " + count, LONG, () -> {
            rounds.begin();
            return begun.get() >= count;
        });
    }
}
