package io.godwit.orchestrator.saga;

import io.godwit.events.Failure;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What silence means. */
final class Timeouts {
    /** The pace of asking when an operator has been called. */
    private static final Duration SLOWLY = Duration.ofMinutes(1);

    private Timeouts() {}

    /** When a step that begins now must have been answered; null if nothing limits it. */
    static @Nullable Instant due(Draft draft, StepDefinition row) {
        return switch (row.deadline()) {
            case Deadline.Pause _ ->
                draft.cutover.holdAt() == null
                        ? draft.now().plus(draft.terms().maxPause())
                        : draft.cutover.heldUntil(draft.terms());
            case Deadline.Keep keep -> Detour.due(draft, keep);
            case Deadline.Window _ -> draft.windowEndsAt;
            case Deadline.Ask _, Deadline.Insist _, Deadline.UntilAnswered _, Deadline.Lapse _ ->
                draft.now().plus(every(row.deadline()));
        };
    }

    static Duration every(Deadline deadline) {
        return switch (deadline) {
            case Deadline.Ask ask -> ask.silence();
            case Deadline.Insist insist -> insist.every();
            case Deadline.UntilAnswered until -> until.every();
            case Deadline.Lapse lapse -> lapse.every();
            case Deadline.Keep keep -> keep.renewal();
            case Deadline.Pause _, Deadline.Window _ -> Duration.ZERO;
        };
    }

    static int times(Deadline deadline) {
        return switch (deadline) {
            case Deadline.Ask ask -> ask.times();
            case Deadline.Insist insist -> insist.times();
            case Deadline.Lapse lapse -> lapse.times();
            case Deadline.Keep keep -> keep.times();
            case Deadline.UntilAnswered _ -> 30;
            case Deadline.Pause _, Deadline.Window _ -> 1;
        };
    }

    static void timedOut(Draft draft) {
        Undo undo = draft.place.undoing();
        Afterwards afterwards = draft.place.afterwards();
        if (undo != null && afterwards != null) {
            undoTimedOut(draft, undo, afterwards);
        } else if (draft.place.activity() == Activity.WAITING) {
            Walk.enter(draft, draft.definition());
        } else if (draft.place.activity() == Activity.RUNNING) {
            stepTimedOut(draft, draft.definition());
        }
    }

    private static void stepTimedOut(Draft draft, StepDefinition row) {
        boolean asksAreUsedUp = draft.place.asks() >= times(row.deadline());
        switch (row.deadline()) {
            case Deadline.Ask ask -> {
                if (asksAreUsedUp || tooLong(draft, ask)) {
                    Failures.failed(draft, silent(draft, draft.place.asks()));
                } else {
                    if (row.asksWhoIsThere()) {
                        draft.place = draft.place.nextAttempt();
                    }
                    askAgain(draft);
                }
            }
            case Deadline.Insist _ -> {
                if (asksAreUsedUp) {
                    draft.needsOperator = operatorNeeded(draft, "no answer");
                }
                askAgain(draft);
            }
            case Deadline.UntilAnswered _ -> {
                if (asksAreUsedUp) {
                    draft.needsOperator = operatorNeeded(draft, "no answer");
                }
                if (Detour.holdsOn(draft, row)) {
                    Detour.holdOn(draft);
                } else {
                    draft.place = draft.place.renumbered();
                }
                askAgain(draft);
            }
            case Deadline.Keep keep -> Detour.timedOut(draft, keep);
            case Deadline.Pause _ -> Failures.failed(draft, pauseUsedUp(draft));
            case Deadline.Lapse _ -> Walk.complete(draft, "LAPSED");
            case Deadline.Window _ -> Walk.complete(draft, "DONE");
        }
    }

    /** Sends the present step's command once more. */
    static void askAgain(Draft draft) {
        Duration every = draft.needsOperator == null ? every(draft.definition().deadline()) : SLOWLY;
        draft.place = draft.place.asked(draft.place.asks() + 1, draft.now().plus(every));
        draft.send(Commands.toEnter(draft.place.step(), draft.snapshot()));
    }

    private static void undoTimedOut(Draft draft, Undo undo, Afterwards afterwards) {
        boolean asksAreUsedUp = draft.place.asks() >= times(undo.deadline());
        if (asksAreUsedUp && undo.deadline() instanceof Deadline.Lapse) {
            Unwind.confirmed(draft, undo, afterwards, "LAPSED");
            return;
        }
        if (asksAreUsedUp && draft.needsOperator == null) {
            draft.needsOperator = operatorNeeded(draft, "no confirmation");
        }
        undoAgain(draft, undo);
    }

    /** Sends the present undo's command once more. */
    static void undoAgain(Draft draft, Undo undo) {
        Duration every = draft.needsOperator == null ? every(undo.deadline()) : SLOWLY;
        draft.place = draft.place.asked(draft.place.asks() + 1, draft.now().plus(every));
        draft.send(Commands.toUndo(undo, draft.snapshot()));
    }

    static boolean tooLong(Draft draft, Deadline deadline) {
        return deadline instanceof Deadline.Ask ask
                && draft.now().isAfter(draft.place.since().plus(ask.atMost()));
    }

    static Failure operatorNeeded(Draft draft, String reason) {
        Undo undo = draft.place.undoing();
        Class<?> command = undo == null ? draft.definition().command() : undo.command();
        String named = command == null ? draft.place.label() : command.getSimpleName();
        return new Failure(
                "NEEDS_OPERATOR",
                "'" + named + "' is not done after " + draft.place.asks() + " attempts (" + reason
                        + "). Check that the service it goes to runs and reaches the database servers and that its"
                        + " dead-letter topic is empty; it is sent again every " + SLOWLY.toSeconds()
                        + " s until it is confirmed",
                Failure.Kind.INTERNAL);
    }

    static Failure silent(Draft draft, int asked) {
        return new Failure(
                "STEP_TIMED_OUT",
                "Step " + draft.place.label() + " was not answered by " + awaited(draft) + " after being asked " + asked
                        + " times",
                Failure.Kind.TRANSIENT);
    }

    private static Failure pauseUsedUp(Draft draft) {
        return new Failure(
                "PAUSE_BUDGET_EXCEEDED",
                "Step " + draft.place.label() + " was not answered by " + awaited(draft)
                        + " within the pause budget of "
                        + draft.terms().maxPause().toMillis() + " ms",
                Failure.Kind.TRANSIENT);
    }

    private static String awaited(Draft draft) {
        return draft.place.awaited().isEmpty() ? "its service" : "the proxies " + draft.place.awaited();
    }
}
