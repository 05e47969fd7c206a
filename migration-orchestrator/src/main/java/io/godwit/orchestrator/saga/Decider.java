package io.godwit.orchestrator.saga;

import io.godwit.orchestrator.saga.Decision.Refusal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What follows from an input, without doing it. Whatever arrives twice, late or out of place decides nothing. */
public final class Decider {
    private Decider() {}

    public static Decision decide(Migration migration, Input input, Surroundings surroundings) {
        Draft draft = new Draft(migration, surroundings);
        Refusal refusal = apply(draft, migration, input);
        return refusal == null ? draft.toDecision() : new Decision(migration, List.of(), List.of(), List.of(), refusal);
    }

    private static @Nullable Refusal apply(Draft draft, Migration migration, Input input) {
        switch (input) {
            case Input.CancelRequested _ -> {
                return UserActions.cancel(draft);
            }
            case Input.RollbackRequested _ -> {
                return UserActions.rollBack(draft);
            }
            case Input.CompleteRequested _ -> {
                return UserActions.complete(draft);
            }
            case Input.Requested _ -> {
                if (migration.entries() == 0) {
                    UserActions.begin(draft);
                }
            }
            case Input.Received received -> Reception.received(draft, received.event());
            case Input.ProxyGone gone -> Reception.proxyGone(draft, gone.proxyId());
            case Input.TimedOut _ -> {
                Instant due = migration.place().dueAt();
                if (due != null && !due.isAfter(draft.now())) {
                    Timeouts.timedOut(draft);
                }
            }
            case Input.Resumed _ -> resumed(draft);
        }
        return null;
    }

    /** Asks again what was asked before the restart. Clients are not held anew: a pause runs into its deadline. */
    private static void resumed(Draft draft) {
        Undo undo = draft.place.undoing();
        if (undo != null) {
            Timeouts.undoAgain(draft, undo);
        } else if (draft.place.activity() == Activity.RUNNING) {
            switch (draft.definition().deadline()) {
                case Deadline.UntilAnswered _ -> {
                    draft.place = draft.place.renumbered();
                    Timeouts.askAgain(draft);
                }
                case Deadline.Keep keep -> Detour.resumed(draft, keep);
                case Deadline.Ask _, Deadline.Insist _ -> Timeouts.askAgain(draft);
                case Deadline.Pause _, Deadline.Lapse _, Deadline.Window _ -> {}
            }
        }
    }
}
