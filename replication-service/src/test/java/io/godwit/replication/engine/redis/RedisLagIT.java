package io.godwit.replication.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.events.Failure.Kind;
import io.godwit.replication.engine.ConvergenceGoal;
import io.godwit.replication.engine.ReplicationException;
import io.lettuce.core.KillArgs;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class RedisLagIT {
    private static final ConvergenceGoal GOAL = new ConvergenceGoal(Duration.ofMillis(500), 3);
    private static final Duration SHORT = Duration.ofSeconds(2);

    @Test
    void aTargetThatDoesNotCatchUpIsNotWaitedForLongerThanAllowed() throws Exception {
        Basket basket = new Basket();
        try {
            basket.restartService(Basket.limits(Duration.ofSeconds(20), Duration.ofSeconds(5), SHORT));
            basket.engine().copy(basket.stream, _ -> {});
            AtomicBoolean cutOff = new AtomicBoolean();

            assertThatThrownBy(() -> basket.engine().awaitConvergence(basket.stream, GOAL, _ -> {
                        if (cutOff.compareAndSet(false, true)) {
                            cutOff(basket);
                        }
                    }))
                    .isInstanceOfSatisfying(ReplicationException.class, e -> {
                        assertThat(e.failure().code()).isEqualTo("LAG_NOT_CONVERGING");
                        assertThat(e.failure().kind()).isEqualTo(Kind.EXHAUSTED);
                        assertThat(e.failure().message())
                                .contains("after PT2S the target is still", "ms behind", "expected at most 500 ms");
                    });
            assertThat(cutOff).isTrue();
        } finally {
            basket.close();
        }
    }

    /** The target loses its link, and the source does not let it in again. */
    private static void cutOff(Basket basket) {
        basket.admin(basket.stream.target(), commands -> commands.configSet("masterauth", "wrong"));
        basket.admin(basket.stream.source(), commands -> commands.clientKill(KillArgs.Builder.typeSlave()));
        basket.write(basket.stream.source(), "written", "after");
    }
}
