package io.godwit.orchestrator.saga;

import io.godwit.events.Failure;
import io.godwit.events.Failure.Kind;
import io.godwit.events.ProvisioningEvent.TargetPlanned;
import io.godwit.events.ProxyCommand.OnDrainTimeout;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Decides what a step's failure means: another attempt, the end, or insisting. */
final class Failures {
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
    /** A server that died, or a store, must have the time to come up again before the last attempt. */
    private static final Duration FIRST_RECOVERY = Duration.ofSeconds(5);

    private static final Duration LONGEST_RECOVERY = Duration.ofSeconds(30);
    private static final int FORCED_ATTEMPTS = 3;
    private static final String TARGET_UNREACHABLE = "TARGET_UNREACHABLE";
    private static final String SLOT_NOT_READY = "SLOT_NOT_READY";
    /** What a proxy's answer becomes whose sessions did not come to rest in time. */
    static final String DRAIN_TIMEOUT = "DRAIN_TIMEOUT";

    private Failures() {}

    static void failed(Draft draft, Failure failure) {
        StepDefinition row = draft.definition();
        if (row.retryFrom() == null) {
            insist(draft, failure);
            return;
        }
        Step retryFrom = begunAgainFrom(draft, row, row.retryFrom(), failure);
        draft.endEntry("FAILED", failure.code() + ": " + failure.message());
        if (Detour.holdsOn(draft, row)) {
            Detour.failed(draft, failure, retryFrom);
        } else if (row.isPaused()) {
            cutoverFailed(draft, failure, retryFrom);
        } else if (mayBeRetried(draft, row, failure)) {
            Instant notBefore = draft.now().plus(recovery(draft.syncAttempts));
            draft.syncAttempts++;
            Unwind.start(draft, Afterwards.retry(retryFrom, notBefore), null);
        } else if (Detour.isForThis(draft, row, failure)) {
            fallBack(draft, failure);
        } else {
            giveUp(draft, failure);
        }
    }

    /** A target whose role was exchanged is thrown away when that is taken back; a source is made a standby again. */
    private static Step begunAgainFrom(Draft draft, StepDefinition row, Step retryFrom, Failure failure) {
        boolean exchanged = draft.undo.stream().anyMatch(recorded -> recorded.undo() == Undo.RESTORE_ROLES);
        if (exchanged && draft.place.course() == Course.FORWARD) {
            return Step.PROVISION;
        }
        return isOfTheWayBack(row, failure) ? Step.CATCH_UP : retryFrom;
    }

    /** Transactions kept the stream back from beginning. The copy goes on, and need not be made again. */
    private static boolean isOfTheWayBack(StepDefinition row, Failure failure) {
        return failure.code().equals(SLOT_NOT_READY) && (row.step() == Step.CATCH_UP || row.step() == Step.VERIFY);
    }

    /** Replication can't do it: the other way is taken, or the failure says why not. */
    static void fallBack(Draft draft, Failure failure) {
        Failure objection = Fallback.objection(draft.snapshot());
        if (objection == null) {
            Detour.begin(draft, failure);
        } else if (draft.terms().fallback() == FallbackPolicy.NEVER) {
            Unwind.start(draft, Afterwards.FAIL, failure);
        } else {
            Unwind.start(draft, Afterwards.FAIL, Detour.withObjection(failure, objection));
        }
    }

    /** Between attempts at a cutover, and between askings of one command. Doubles from a second to ten. */
    static Duration backOff(int attempt) {
        return doubled(FIRST_WAIT, attempt, LONGEST_WAIT);
    }

    /** Between attempts at the way to the cutover, while no client is held. Doubles from five seconds to thirty. */
    static Duration recovery(int attempt) {
        return doubled(FIRST_RECOVERY, attempt, LONGEST_RECOVERY);
    }

    private static Duration doubled(Duration first, int attempt, Duration longest) {
        Duration wait = first.multipliedBy(1L << Math.clamp(attempt - 1, 0, 10));
        return wait.compareTo(longest) > 0 ? longest : wait;
    }

    /** There is no way back and no way around: the command is sent again when its time comes. */
    private static void insist(Draft draft, Failure failure) {
        draft.place = draft.place.asked(draft.place.asks(), draft.now().plus(backOff(draft.place.asks())));
        if (draft.place.asks() >= Timeouts.times(draft.definition().deadline())) {
            draft.needsOperator = Timeouts.operatorNeeded(draft, failure.code() + ": " + failure.message());
        }
    }

    private static boolean mayBeRetried(Draft draft, StepDefinition row, Failure failure) {
        if (failure.kind() != Kind.TRANSIENT
                || draft.syncAttempts >= draft.terms().syncAttempts()) {
            return false;
        }
        return !(failure.code().equals(TARGET_UNREACHABLE)
                && targetWasMadeForThis(draft)
                && Step.PROVISION.isBefore(row.step()));
    }

    private static boolean targetWasMadeForThis(Draft draft) {
        TargetPlanned planned = draft.learned.find(TargetPlanned.class);
        return planned != null && planned.target().serverId() == null;
    }

    private static void cutoverFailed(Draft draft, Failure failure, Step retryFrom) {
        boolean worthARetry = failure.kind() == Kind.TRANSIENT || failure.kind() == Kind.EXHAUSTED;
        if (!worthARetry) {
            giveUp(draft, failure);
            return;
        }
        Instant retryAt = draft.now().plus(backOff(draft.cutover.attempts()));
        if (draft.cutover.forced() > 0) {
            if (draft.cutover.forced() < FORCED_ATTEMPTS) {
                Unwind.start(draft, Afterwards.retry(retryFrom, retryAt), null);
            } else {
                giveUp(draft, drainTimeout(draft, failure));
            }
        } else if (retryAt.isBefore(budgetEnd(draft))) {
            Unwind.start(draft, Afterwards.retry(retryFrom, retryAt), null);
        } else if (!failure.code().equals(DRAIN_TIMEOUT)) {
            // No client was in the way, so none is to be cut.
            giveUp(draft, failure);
        } else if (draft.terms().onDrainTimeout() == OnDrainTimeout.FORCE) {
            draft.cutover = draft.cutover.forcing(true);
            Unwind.start(draft, Afterwards.retry(retryFrom, draft.now()), null);
        } else {
            giveUp(draft, drainTimeout(draft, failure));
        }
    }

    private static void giveUp(Draft draft, Failure failure) {
        Afterwards end = draft.place.course() == Course.ROLLBACK ? Afterwards.RETURN_TO_WINDOW : Afterwards.FAIL;
        Unwind.start(draft, end, failure);
    }

    private static Instant budgetEnd(Draft draft) {
        Instant first = draft.cutover.firstHoldAt();
        return (first == null ? draft.now() : first).plus(draft.terms().drainTimeout());
    }

    private static Failure drainTimeout(Draft draft, @Nullable Failure last) {
        return new Failure(
                DRAIN_TIMEOUT,
                "No quiet moment was found in " + draft.terms().drainTimeout().toMillis() + " ms and "
                        + draft.cutover.attempts() + " attempts of at most "
                        + draft.terms().maxPause().toMillis() + " ms"
                        + (last == null ? "" : "; the last one: " + last.message()),
                Kind.EXHAUSTED);
    }
}
