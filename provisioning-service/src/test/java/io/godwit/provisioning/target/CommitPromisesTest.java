package io.godwit.provisioning.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.testing.Eventually;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class CommitPromisesTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final CommitPromises promises = new CommitPromises();

    @Test
    void aStopWaitsUntilEachIsSettled() throws Exception {
        promises.make("mig_1");
        promises.make("mig_2");
        CompletableFuture<Void> stop = stop();
        Eventually.await("it is stopping", LIMIT, this::isStopping);

        promises.settle("mig_1");
        assertThat(stop).isNotDone();
        promises.settle("mig_2");

        stop.join();
    }

    @Test
    void aStopWaitsForNoneThatIsNotSettledInTime() {
        promises.make("mig_1");

        assertThat(stop()).succeedsWithin(LIMIT);
    }

    @Test
    void aServiceThatStopsMakesNone() {
        stop().join();

        assertThat(promises.make("mig_1")).isFalse();
    }

    private CompletableFuture<Void> stop() {
        return CompletableFuture.runAsync(() -> {
            try {
                promises.awaitAll();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private boolean isStopping() {
        boolean made = promises.make("mig_other");
        promises.settle("mig_other");
        return !made;
    }
}
