package io.godwit.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.EngineId;
import io.godwit.launcher.faults.FaultCase;
import io.godwit.launcher.faults.FaultSelection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SideBySideTest {
    private static final List<FaultCase> CASES =
            FaultSelection.some(EngineId.REDIS).toList();

    @Test
    void eachCellIsAskedOnceAndSeveralAtATime() {
        CyclicBarrier both = new CyclicBarrier(2);
        Set<Integer> platforms = ConcurrentHashMap.newKeySet();

        try (Stream<FaultAnswer> answers = SideBySide.ask(
                CASES.stream(),
                (platform, asked) -> {
                    platforms.add(platform);
                    return new FaultAnswer(asked, meet(both));
                },
                2)) {
            assertThat(answers.toList())
                    .allSatisfy(answer -> assertThat(answer.failure()).isNull())
                    .extracting(FaultAnswer::asked)
                    .containsExactlyInAnyOrderElementsOf(CASES);
        }
        assertThat(platforms).containsExactlyInAnyOrder(0, 1);
    }

    @Test
    void aCellIsTakenWhenItIsToBeAsked() {
        AtomicInteger asked = new AtomicInteger();

        try (Stream<FaultAnswer> answers = SideBySide.ask(
                CASES.stream().takeWhile(_ -> asked.get() < 2),
                (_, one) -> {
                    asked.incrementAndGet();
                    return new FaultAnswer(one, null);
                },
                1)) {
            assertThat(answers).hasSize(2);
        }
    }

    private static @Nullable Throwable meet(CyclicBarrier both) throws InterruptedException {
        try {
            both.await(10, TimeUnit.SECONDS);
            return null;
        } catch (BrokenBarrierException | TimeoutException e) {
            return e;
        }
    }
}
