package io.godwit.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.testing.Eventually;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.support.StaticApplicationContext;

class StopDelayTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final StopDelay delay = new StopDelay();

    @Test
    void aStopWaitsUntilEverythingHasEnded() throws Exception {
        delay.begin("one");
        delay.begin("another");
        CompletableFuture<Void> stop = stop();
        Eventually.await("it is stopping", LIMIT, delay::isStopping);

        delay.end("one");
        assertThat(stop).isNotDone();
        delay.end("another");

        stop.join();
    }

    @Test
    void aStopWaitsForNothingThatDoesNotEndInTime() {
        delay.begin("endless");

        assertThat(stop()).succeedsWithin(LIMIT);
    }

    private CompletableFuture<Void> stop() {
        return CompletableFuture.runAsync(
                () -> delay.onApplicationEvent(new ContextClosedEvent(new StaticApplicationContext())));
    }
}
