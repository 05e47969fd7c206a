package io.godwit.orchestrator.saga;

import io.godwit.events.Event;
import io.godwit.events.Failure;
import io.godwit.events.Failure.Kind;
import io.godwit.events.MigrationEventType;
import io.godwit.events.ProvisioningEvent.RouteRefused;
import io.godwit.events.ProvisioningEvent.StandbyProgressed;
import io.godwit.events.ProxyEvent;
import io.godwit.events.ProxyEvent.DrainCompleted;
import io.godwit.events.ProxyEvent.DrainTimedOut;
import io.godwit.events.ProxyEvent.HoldExpired;
import io.godwit.events.ProxyEvent.MigrationArmed;
import io.godwit.events.ProxyEvent.SessionsInspected;
import io.godwit.events.ProxyEvent.SessionsPinned;
import io.godwit.events.ProxyEvent.TrafficReleased;
import io.godwit.events.ReplicationEvent.InitialSyncDelayed;
import io.godwit.events.ReplicationEvent.InitialSyncProgressed;
import io.godwit.events.StepRef;
import java.time.Duration;

/** What a participant's event means at the present place. What does not belong there is ignored. */
final class Reception {
    private static final Duration PUBLIC_PROGRESS = Duration.ofSeconds(1);

    private Reception() {}

    static void received(Draft draft, Event event) {
        StepRef step = Replies.stepOf(event);
        if (step == null || draft.place.activity() == Activity.FINISHED || !draft.place.counts(step.attempt())) {
            return;
        }
        note(draft, event);
        switch (draft.place.activity()) {
            case RUNNING -> whileRunning(draft, event, step);
            case UNDOING -> whileUndoing(draft, event, step);
            case WAITING, FINISHED -> {}
        }
    }

    /** What counts whenever it comes: what clients felt, and who is in the way. */
    private static void note(Draft draft, Event event) {
        switch (event) {
            case TrafficReleased released -> draft.cutover = draft.cutover.released(released);
            case DrainCompleted drained
            when countsAsDrain(draft, drained) -> draft.cutover = draft.cutover.drained(drained);
            case DrainTimedOut timedOut -> draft.cutover = draft.cutover.pinned(timedOut.proxyId(), timedOut.pinned());
            case MigrationArmed armed -> draft.cutover = draft.cutover.pinned(armed.proxyId(), armed.pinned());
            case SessionsInspected inspected -> draft.sessions = draft.sessions.heard(inspected);
            case SessionsPinned pinned -> draft.cutover = draft.cutover.pinned(pinned.proxyId(), pinned.pinned());
            default -> {}
        }
    }

    /** A hold that is renewed is answered like the first; only what it cut is worth remembering. */
    private static boolean countsAsDrain(Draft draft, DrainCompleted drained) {
        return draft.place.course() != Course.FALLBACK || draft.place.step() == Step.HOLD || drained.cut() > 0;
    }

    private static void whileRunning(Draft draft, Event event, StepRef step) {
        StepDefinition row = draft.definition();
        boolean delayed = event instanceof InitialSyncDelayed && row.progress() == InitialSyncProgressed.class;
        if (event.getClass() == row.progress() || delayed) {
            progressed(draft, event, row);
            return;
        }
        if (event.getClass() == row.awaits()) {
            answered(draft, event, row);
            return;
        }
        Failure failure = Replies.failureOf(event, row.command());
        if (failure == null) {
            return;
        }
        if (event instanceof RouteRefused && !settles(draft, step, failure)) {
            return;
        }
        Failures.failed(draft, failure);
    }

    /** Whether a refused commit can be taken for one that will not happen and has not happened. */
    private static boolean settles(Draft draft, StepRef step, Failure failure) {
        if (step.attempt() < draft.place.attempt()) {
            // A later question is still out and may yet be answered with yes.
            return false;
        }
        // Asked once, any refusal is one. Asked again, trouble with this question says nothing about the earlier ones.
        return draft.place.asks() == 1 || failure.kind() == Kind.CONFLICT || failure.kind() == Kind.CALLER;
    }

    private static void progressed(Draft draft, Event event, StepDefinition row) {
        // Once there is progress nothing is waited for any more.
        draft.learned = draft.learned.without(InitialSyncDelayed.class).with(asSync(event));
        if (Timeouts.tooLong(draft, row.deadline())) {
            Failures.failed(
                    draft,
                    new Failure(
                            "STEP_TOO_LONG",
                            "Step " + row.step() + " goes on since " + draft.place.since()
                                    + " without coming to its end",
                            Failure.Kind.EXHAUSTED));
            return;
        }
        boolean paced = row.deadline() instanceof Deadline.Keep;
        draft.place = draft.place.asked(1, paced ? draft.place.dueAt() : Timeouts.due(draft, row));
        if (draft.progressedAt == null
                || !draft.progressedAt.plus(PUBLIC_PROGRESS).isAfter(draft.now())) {
            draft.progressedAt = draft.now();
            draft.announce(MigrationEventType.PROGRESSED);
        }
    }

    /** A copy of the whole server is an initial sync like any other. */
    private static Event asSync(Event event) {
        return event instanceof StandbyProgressed copied
                ? new InitialSyncProgressed(
                        copied.step(), copied.percent(), 0, copied.bytes(), 0, copied.bytesPerSecond())
                : event;
    }

    private static void answered(Draft draft, Event event, StepDefinition row) {
        if (!(event instanceof ProxyEvent fromProxy)) {
            draft.learned = draft.learned.with(event);
            Walk.complete(draft, "DONE");
            return;
        }
        boolean otherGate = event instanceof TrafficReleased released
                && released.epoch() < draft.snapshot().epoch();
        if (!otherGate) {
            proxyAnswered(draft, fromProxy.proxyId(), row);
        }
    }

    private static void proxyAnswered(Draft draft, String proxyId, StepDefinition row) {
        if (!row.asksEveryProxy() || !draft.place.awaited().contains(proxyId)) {
            return;
        }
        draft.place = draft.place.without(proxyId);
        if (draft.place.awaited().isEmpty()) {
            Walk.complete(draft, "DONE");
        }
    }

    private static void whileUndoing(Draft draft, Event event, StepRef step) {
        Undo undo = draft.place.undoing();
        Afterwards afterwards = draft.place.afterwards();
        if (undo == null || afterwards == null) {
            return;
        }
        boolean opened = event instanceof TrafficReleased || event instanceof HoldExpired;
        if (undo == Undo.RELEASE_TRAFFIC && opened && event instanceof ProxyEvent fromProxy) {
            gateOpened(draft, fromProxy.proxyId(), afterwards);
        } else if (step.attempt() < draft.place.attempt()) {
            // The late answer to a deed says nothing about its undo.
            return;
        } else if (event.getClass() == undo.confirmation() && undo != Undo.RELEASE_TRAFFIC) {
            draft.learned = draft.learned.with(event);
            Unwind.confirmed(draft, undo, afterwards, "DONE");
        } else {
            Failure failure = Replies.failureOf(event, undo.command());
            if (failure != null) {
                draft.place =
                        draft.place.asked(draft.place.asks(), draft.now().plus(Failures.backOff(draft.place.asks())));
            }
        }
    }

    private static void gateOpened(Draft draft, String proxyId, Afterwards afterwards) {
        if (!draft.place.awaited().contains(proxyId)) {
            return;
        }
        draft.place = draft.place.without(proxyId);
        if (draft.place.awaited().isEmpty()) {
            Unwind.confirmed(draft, Undo.RELEASE_TRAFFIC, afterwards, "DONE");
        }
    }

    /** A proxy that is gone holds nobody and need not be waited for. */
    static void proxyGone(Draft draft, String proxyId) {
        Afterwards afterwards = draft.place.afterwards();
        if (draft.place.activity() == Activity.RUNNING) {
            proxyAnswered(draft, proxyId, draft.definition());
        } else if (draft.place.undoing() == Undo.RELEASE_TRAFFIC && afterwards != null) {
            gateOpened(draft, proxyId, afterwards);
        }
    }
}
