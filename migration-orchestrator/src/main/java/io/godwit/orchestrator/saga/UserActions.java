package io.godwit.orchestrator.saga;

import io.godwit.events.MigrationEventType;
import io.godwit.orchestrator.saga.Afterwards.Goal;
import io.godwit.orchestrator.saga.Decision.Refusal;
import org.jspecify.annotations.Nullable;

/** What people may ask of a migration, and when. */
final class UserActions {
    private UserActions() {}

    static @Nullable Refusal cancel(Draft draft) {
        Place place = draft.place;
        if (place.activity() == Activity.FINISHED) {
            return finished(draft, "cancelled");
        }
        boolean committing =
                place.activity() == Activity.RUNNING && !place.step().isBefore(Step.COMMIT);
        if (committing || !place.step().isBefore(Step.REOPEN)) {
            return new Refusal(
                    "TOO_LATE_TO_CANCEL",
                    "The migration is at step " + place.label()
                            + "; it can be cancelled before COMMIT. Use rollback inside the rollback window");
        }
        // A rollback that is given up leaves the database where the move brought it.
        Afterwards end = place.course() == Course.ROLLBACK ? Afterwards.RETURN_TO_WINDOW : Afterwards.CANCEL;
        Afterwards afterwards = place.afterwards();
        if (afterwards != null) {
            if (afterwards.goal() == Goal.RETRY || afterwards.goal() == Goal.FALL_BACK) {
                draft.place = place.leadingTo(end);
            }
            return null;
        }
        if (place.activity() == Activity.RUNNING) {
            draft.endEntry("CANCELLED", null);
        }
        Unwind.start(draft, end, null);
        return null;
    }

    static @Nullable Refusal rollBack(Draft draft) {
        if (draft.place.course() == Course.ROLLBACK) {
            return null;
        }
        Refusal refusal = outsideWindow(draft, "rolled back");
        if (refusal != null) {
            return refusal;
        }
        if (draft.place.course() == Course.FALLBACK) {
            return new Refusal(
                    "NO_WAY_BACK",
                    "The migration can't be rolled back: the database moved by backup and restore, so its old server "
                            + draft.snapshot().source().server().serverId()
                            + " has nothing that was written since. Until " + draft.windowEndsAt
                            + " it is kept there as it was when it moved; migrate it back instead");
        }
        draft.endEntry("DONE", null);
        draft.error = null;
        draft.cutover = draft.cutover.startedAnew();
        draft.syncAttempts = 1;
        StepDefinition first = MigrationSaga.ROLLBACK.getFirst();
        draft.place = draft.place
                .waiting(Course.ROLLBACK, first.step(), draft.now(), draft.now())
                .nextAttempt();
        Walk.enter(draft, first);
        return null;
    }

    static @Nullable Refusal complete(Draft draft) {
        Refusal refusal = outsideWindow(draft, "completed");
        if (refusal == null) {
            draft.windowEndsAt = draft.now();
            Walk.complete(draft, "DONE");
        }
        return refusal;
    }

    static void begin(Draft draft) {
        draft.announce(MigrationEventType.REQUESTED);
        Walk.enter(draft, MigrationSaga.FORWARD.getFirst());
    }

    private static @Nullable Refusal outsideWindow(Draft draft, String action) {
        Place place = draft.place;
        boolean inWindow = place.step() == Step.ROLLBACK_WINDOW && place.activity() == Activity.RUNNING;
        if (inWindow) {
            return null;
        }
        if (place.activity() == Activity.FINISHED) {
            return finished(draft, action);
        }
        if (place.course() != Course.ROLLBACK && place.step().isBefore(Step.ROLLBACK_WINDOW)) {
            return new Refusal(
                    "NOT_SWITCHED_YET",
                    "The migration is at step " + place.label() + " and can't be " + action
                            + " before the switch; cancel it instead");
        }
        return new Refusal(
                "ROLLBACK_WINDOW_CLOSED",
                "The migration can't be " + action + " any more: it is at step " + place.label()
                        + "; the rollback window ended at " + draft.windowEndsAt);
    }

    private static Refusal finished(Draft draft, String action) {
        return new Refusal(
                draft.windowEndsAt == null ? "MIGRATION_FINISHED" : "ROLLBACK_WINDOW_CLOSED",
                "The migration can't be " + action + ": it ended at " + draft.endedAt + " with status "
                        + draft.status.id());
    }
}
