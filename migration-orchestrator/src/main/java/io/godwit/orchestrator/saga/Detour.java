package io.godwit.orchestrator.saga;

import io.godwit.events.Failure;
import io.godwit.events.Failure.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The way by backup and restore: when it is taken, how clients are held on it, and what its failures mean. */
final class Detour {
    /** What moving in another way does not cure. */
    private static final Set<String> NOT_OF_THE_METHOD = Set.of(
            "SOURCE_UNREACHABLE", "TARGET_UNREACHABLE", "STEP_TIMED_OUT", "SERVICE_DATABASE_AWAY", "COPY_INTERRUPTED");

    private Detour() {}

    /** A dry run only notes that this is the way it would go. */
    static void begin(Draft draft, Failure reason) {
        draft.fallback = draft.fallback.because(reason);
        if (!draft.isDryRun()) {
            draft.syncAttempts = 1;
            draft.cutover = draft.cutover.withNewDrainTimeout();
            Unwind.start(draft, Afterwards.FALL_BACK, null);
        }
    }

    /** Whether a lasting failure of a step means that replication can't be established or does not converge. */
    static boolean isForThis(Draft draft, StepDefinition row, Failure failure) {
        boolean replicating = row.step() == Step.COPY || row.step() == Step.FOLLOW || row.step() == Step.CATCH_UP;
        return replicating && draft.place.course() == Course.FORWARD && !NOT_OF_THE_METHOD.contains(failure.code());
    }

    static Failure withObjection(Failure failure, Failure objection) {
        return new Failure(failure.code(), failure.message() + "; " + objection.message(), failure.kind());
    }

    /** Whether the step is one for which clients have to be held for long. */
    static boolean holdsOn(Draft draft, StepDefinition row) {
        return draft.place.course() == Course.FALLBACK
                && (row.deadline() instanceof Deadline.Keep || row.step() == Step.COMMIT);
    }

    /** A backup that is asked for from now on must not be taken for one that was asked for before the fence. */
    static void fenced(Draft draft) {
        draft.cutover = draft.cutover.withNewDrainTimeout();
        draft.place = draft.place.nextAttempt();
        holdOn(draft);
    }

    /** Each hold has a number of its own, so that a gate whose lease ran out takes it for a new one. */
    static void holdOn(Draft draft) {
        draft.place = draft.place.renumbered();
        draft.send(Commands.toKeepHolding(draft.snapshot()));
    }

    static Instant end(Draft draft) {
        Instant held = draft.cutover.holdAt();
        return (held == null ? draft.now() : held).plus(draft.terms().maxRestorePause());
    }

    static Instant due(Draft draft, Deadline.Keep keep) {
        Instant renewal = draft.now().plus(keep.renewal());
        Instant end = end(draft);
        return renewal.isBefore(end) ? renewal : end;
    }

    static void timedOut(Draft draft, Deadline.Keep keep) {
        if (!draft.now().isBefore(end(draft))) {
            Failures.failed(draft, usedUp(draft));
        } else if (draft.place.asks() >= keep.silence() * keep.times()) {
            Failures.failed(draft, Timeouts.silent(draft, keep.times()));
        } else {
            holdOn(draft);
            if (draft.place.asks() % keep.silence() == 0) {
                draft.send(Commands.toEnter(draft.place.step(), draft.snapshot()));
            }
            draft.place = draft.place.asked(draft.place.asks() + 1, due(draft, keep));
        }
    }

    /** Asks again at once, because what was asked may have got lost. */
    static void resumed(Draft draft, Deadline.Keep keep) {
        holdOn(draft);
        draft.send(Commands.toEnter(draft.place.step(), draft.snapshot()));
        draft.place = draft.place.asked(draft.place.asks(), due(draft, keep));
    }

    /** A failure while the source is fenced: all of it is begun again, a few times. */
    static void failed(Draft draft, Failure failure, Step retryFrom) {
        if (failure.kind() == Kind.TRANSIENT
                && draft.syncAttempts < draft.terms().syncAttempts()) {
            Instant notBefore = draft.now().plus(Failures.recovery(draft.syncAttempts));
            draft.syncAttempts++;
            Unwind.start(draft, Afterwards.retry(retryFrom, notBefore), null);
        } else {
            Unwind.start(draft, Afterwards.FAIL, failure);
        }
    }

    static void noteDuration(Draft draft, Step step) {
        if (step == Step.SAFETY_BACKUP || step == Step.FRESH_BACKUP) {
            draft.fallback = draft.fallback.backedUpIn(Duration.between(draft.place.since(), draft.now()));
        }
    }

    /** What is known only now that a backup was measured; null if nothing stands against holding clients. */
    static @Nullable Failure lastObjection(Draft draft, Step step) {
        return step == Step.PREPARE_RESTORE ? Fallback.tooLong(draft.snapshot()) : null;
    }

    private static Failure usedUp(Draft draft) {
        return new Failure(
                "PAUSE_BUDGET_EXCEEDED",
                "Step " + draft.place.label() + " was not done within "
                        + draft.terms().maxRestorePause().toSeconds()
                        + " s after clients were held; expected the whole move by backup and restore in that time",
                Kind.EXHAUSTED);
    }
}
