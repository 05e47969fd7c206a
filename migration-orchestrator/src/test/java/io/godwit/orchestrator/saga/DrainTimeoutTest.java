package io.godwit.orchestrator.saga;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.events.Failure;
import io.godwit.events.MigrationStatus;
import io.godwit.events.ProxyCommand.HoldTraffic;
import io.godwit.events.ProxyCommand.OnDrainTimeout;
import io.godwit.events.ProxyCommand.ReleaseTraffic;
import io.godwit.events.ProxyEvent.DrainCompleted;
import io.godwit.events.ProxyEvent.SessionsPinned;
import io.godwit.events.StepRef;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DrainTimeoutTest {
    private static final Failure BUSY = new Failure("unused", "unused", Failure.Kind.TRANSIENT);

    @Test
    void whenTheDrainTimeoutIsUsedUpRunningExchangesAreCut() {
        SagaRun run = SagaRun.create();
        run.start();
        while (!run.migration.isFinished()) {
            run.answerUntil(r -> r.isAt(Step.HOLD, Course.FORWARD) || r.migration.isFinished());
            if (run.unanswered.peekFirst() instanceof HoldTraffic hold
                    && hold.onDrainTimeout() == OnDrainTimeout.ABORT) {
                run.now = run.now.plusSeconds(1);
                run.failOne(BUSY);
            } else if (!run.migration.isFinished()) {
                run.answerOne();
            }
        }

        List<OnDrainTimeout> holds = holds(run);
        assertThat(holds.getLast()).isEqualTo(OnDrainTimeout.FORCE);
        assertThat(holds.subList(0, holds.size() - 1)).hasSizeGreaterThan(3).containsOnly(OnDrainTimeout.ABORT);
        assertThat(run.migration.status()).isEqualTo(MigrationStatus.READY);
        assertThat(firstHoldToCommit(run)).isBetween(Duration.ofSeconds(45), Duration.ofSeconds(75));
    }

    @Test
    void aTransactionOfTenSecondsIsWaitedForInAttemptsWithBackOff() {
        SagaRun run = SagaRun.create();
        run.start();
        run.answerUntil(r -> r.isAt(Step.HOLD, Course.FORWARD));
        Instant ended = run.now.plusSeconds(10);
        List<Instant> heldAt = new ArrayList<>();
        List<Duration> free = new ArrayList<>();
        Instant released = run.now;
        while (run.now.isBefore(ended)) {
            run.answerUntil(r -> r.isAt(Step.HOLD, Course.FORWARD));
            heldAt.add(run.now);
            free.add(Duration.between(released, run.now));
            HoldTraffic hold = (HoldTraffic) run.unanswered.getFirst();
            assertThat(hold.drainMillis()).isLessThan(SagaRun.terms().maxPause().toMillis());
            run.now = run.now.plusMillis(hold.drainMillis());
            run.failOne(BUSY);
            assertThat(run.unanswered.getFirst()).isInstanceOf(ReleaseTraffic.class);
            released = run.now;
        }
        run.answerUntil(r -> r.migration.status() == MigrationStatus.READY);

        assertThat(heldAt).hasSizeGreaterThan(2);
        assertThat(free.subList(1, free.size())).isSorted().doesNotHaveDuplicates();
        assertThat(holds(run)).hasSize(heldAt.size() + 1).containsOnly(OnDrainTimeout.ABORT);
        assertThat(run.migration.cutover().cutExchanges()).isZero();
    }

    @Test
    void whenItIsToBeAbortedEverythingIsUndone() {
        Terms terms = SagaRun.terms();
        SagaRun run = SagaRun.create(new Terms(
                terms.maxPause(),
                Duration.ofSeconds(10),
                OnDrainTimeout.ABORT,
                terms.fallback(),
                terms.maxRestorePause(),
                terms.rollbackWindow(),
                terms.maxLag(),
                terms.lagSamples(),
                terms.syncAttempts()));
        run.start();
        failEachHold(run);

        assertThat(holds(run)).hasSizeGreaterThan(1).containsOnly(OnDrainTimeout.ABORT);
        assertThat(run.migration.status()).isEqualTo(MigrationStatus.FAILED);
        assertThat(run.migration.error()).isNotNull().satisfies(error -> {
            assertThat(error.code()).isEqualTo("DRAIN_TIMEOUT");
            assertThat(error.message()).contains("transaction");
        });
        assertThat(run.migration.cutover().pins().byProxy())
                .containsExactly(Map.entry("proxy-a", List.of(Answers.pinned())));
        assertThat(run.commands()).endsWith("StopReverse", "StopReplication", "DiscardTarget");
    }

    @Test
    void everyProxyNamesItsOwnPinnedSessionsUntilItHasDrained() {
        SagaRun run = SagaRun.at(Step.HOLD);
        StepRef step = run.migration.ref();
        run.tell(new SessionsPinned(step, "proxy-a", List.of(Answers.pinned())));
        run.tell(new SessionsPinned(step, "proxy-b", List.of(Answers.pinned())));
        assertThat(run.migration.cutover().pins().byProxy()).containsOnlyKeys("proxy-a", "proxy-b");
        run.tell(new DrainCompleted(step, "proxy-a", 4, 0));
        assertThat(run.migration.cutover().pins().byProxy()).containsOnlyKeys("proxy-b");
        run.tell(new DrainCompleted(step, "proxy-b", 4, 1));
        assertThat(run.migration.cutover().pins().byProxy()).containsOnlyKeys("proxy-b");
    }

    @Test
    void forcingIsTriedAFewTimesOnly() {
        SagaRun run = SagaRun.create();
        run.start();
        failEachHold(run);

        assertThat(holds(run).stream().filter(hold -> hold == OnDrainTimeout.FORCE))
                .hasSize(3);
        assertThat(run.migration.error()).isNotNull().extracting(Failure::code).isEqualTo("DRAIN_TIMEOUT");
    }

    @Test
    void whereNobodyWasInTheWayNobodyIsCutAndTheRealReasonIsTold() {
        SagaRun run = SagaRun.create();
        run.start();
        while (!run.migration.isFinished()) {
            run.answerUntil(r -> r.isAt(Step.HAND_OVER, Course.FORWARD) || r.migration.isFinished());
            if (!run.migration.isFinished()) {
                run.now = run.now.plusSeconds(1);
                run.failOne(BUSY);
            }
        }

        assertThat(holds(run)).hasSizeGreaterThan(3).containsOnly(OnDrainTimeout.ABORT);
        assertThat(run.migration.error()).isEqualTo(BUSY);
    }

    @Test
    void whenTheCopyHasBegunAgainTheDrainTimeoutHasToo() {
        SagaRun run = SagaRun.at(Step.HOLD);
        run.failOne(BUSY);
        run.answerUntil(r -> r.isAt(Step.CATCH_UP, Course.FORWARD));
        run.failOne(BUSY);
        run.answerUntil(r -> r.isAt(Step.COPY, Course.FORWARD));
        run.now = run.now.plus(Duration.ofHours(1));
        run.answerUntil(r -> r.isAt(Step.HOLD, Course.FORWARD));
        run.failOne(BUSY);
        run.answerUntil(r -> r.isAt(Step.HOLD, Course.FORWARD));

        assertThat(holds(run)).hasSize(3).containsOnly(OnDrainTimeout.ABORT);
    }

    @Test
    void theLeaseOutlastsThePauseAndTheDrainLeavesTimeForTheRest() {
        HoldTraffic hold = (HoldTraffic) SagaRun.at(Step.HOLD).unanswered.getFirst();

        assertThat(hold.leaseMillis()).isEqualTo(3000);
        assertThat(hold.drainMillis()).isEqualTo(1000);
        assertThat(hold.epoch()).isEqualTo(Answers.FIRST_EPOCH);
    }

    private static void failEachHold(SagaRun run) {
        while (!run.migration.isFinished()) {
            run.answerUntil(r -> r.isAt(Step.HOLD, Course.FORWARD) || r.migration.isFinished());
            if (!run.migration.isFinished()) {
                run.now = run.now.plusSeconds(1);
                run.failOne(BUSY);
            }
        }
    }

    private static List<OnDrainTimeout> holds(SagaRun run) {
        return run.sent.stream()
                .flatMap(
                        command -> command instanceof HoldTraffic hold ? List.of(hold.onDrainTimeout()).stream() : null)
                .toList();
    }

    private static Duration firstHoldToCommit(SagaRun run) {
        List<TimelineEntry> entries = List.copyOf(run.timeline.values());
        TimelineEntry hold = entries.stream()
                .filter(e -> e.step().equals("HOLD"))
                .findFirst()
                .orElseThrow();
        TimelineEntry commit = entries.stream()
                .filter(e -> e.step().equals("COMMIT"))
                .findFirst()
                .orElseThrow();
        return Duration.between(hold.startedAt(), commit.startedAt());
    }
}
