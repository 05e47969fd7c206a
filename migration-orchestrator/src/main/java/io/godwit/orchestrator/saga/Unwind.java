package io.godwit.orchestrator.saga;

import io.godwit.events.BackupEvent.BackupRestored;
import io.godwit.events.Failure;
import io.godwit.events.MigrationEventType;
import io.godwit.events.MigrationStatus;
import io.godwit.events.ProvisioningEvent.DatabasePrepared;
import io.godwit.events.ProvisioningEvent.RolesExchanged;
import io.godwit.events.ReplicationEvent.CopyVerified;
import io.godwit.events.ReplicationEvent.HandedOver;
import io.godwit.events.ReplicationEvent.InitialSyncCompleted;
import io.godwit.events.ReplicationEvent.InitialSyncDelayed;
import io.godwit.events.ReplicationEvent.InitialSyncProgressed;
import io.godwit.events.ReplicationEvent.LagConverged;
import io.godwit.events.ReplicationEvent.LagMeasured;
import io.godwit.events.ReplicationEvent.PassageOpened;
import io.godwit.events.ReplicationEvent.RestoreConfirmed;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Takes back what was recorded, one undo after the other, each until it is confirmed. */
final class Unwind {
    /** How long a rollback that could not be done keeps the window open at least. */
    private static final Duration SECOND_CHANCE = Duration.ofMinutes(10);

    private Unwind() {}

    /** @param error why the migration fails; null if it does not */
    static void start(Draft draft, Afterwards afterwards, @Nullable Failure error) {
        if (error != null) {
            draft.error = error;
        }
        // The number tells the undos from the deeds: a service that has seen it does no deed of an earlier one.
        draft.place = draft.place.renumbered();
        next(draft, afterwards);
    }

    /** The undo that was sent is done. */
    static void confirmed(Draft draft, Undo undo, Afterwards afterwards, String outcome) {
        draft.endEntry(outcome, null);
        draft.needsOperator = null;
        forget(draft, undo, afterwards);
        next(draft, afterwards);
    }

    private static void next(Draft draft, Afterwards afterwards) {
        Optional<Undo> undo = draft.undo.stream()
                .filter(recorded -> concerns(afterwards, recorded))
                .map(RecordedUndo::undo)
                .min(Comparator.naturalOrder());
        if (undo.isEmpty()) {
            arrive(draft, afterwards);
            return;
        }
        send(draft, undo.get(), afterwards);
        boolean nobodyAnswers = undo.get().confirmation() == null
                || (undo.get() == Undo.RELEASE_TRAFFIC && draft.place.awaited().isEmpty());
        if (nobodyAnswers) {
            confirmed(draft, undo.get(), afterwards, "DONE");
        }
    }

    private static void send(Draft draft, Undo undo, Afterwards afterwards) {
        Set<String> proxies = undo == Undo.RELEASE_TRAFFIC ? holdingProxies(draft) : Set.of();
        Instant due = draft.now().plus(Timeouts.every(undo.deadline()));
        draft.place = draft.place.undoing(undo, afterwards, proxies, draft.nextEntry(), draft.now(), due);
        draft.beginEntry();
        draft.send(Commands.toUndo(undo, draft.snapshot()));
    }

    private static void forget(Draft draft, Undo undo, Afterwards afterwards) {
        draft.undo = draft.undo.stream()
                .filter(recorded -> recorded.undo() != undo || !concerns(afterwards, recorded))
                .toList();
    }

    private static boolean concerns(Afterwards afterwards, RecordedUndo recorded) {
        Step from = afterwards.retryFrom();
        return from == null || !recorded.step().isBefore(from);
    }

    private static Set<String> holdingProxies(Draft draft) {
        Set<String> proxies = new HashSet<>(draft.cutover.proxies());
        if (draft.surroundings().proxiesKnown()) {
            proxies.retainAll(draft.surroundings().liveProxies());
        }
        return Set.copyOf(proxies);
    }

    private static void arrive(Draft draft, Afterwards afterwards) {
        switch (afterwards.goal()) {
            case RETRY -> retry(draft, afterwards);
            case FALL_BACK -> fallBack(draft);
            case FAIL -> Walk.end(draft, MigrationStatus.FAILED, MigrationEventType.FAILED);
            case CANCEL -> Walk.end(draft, MigrationStatus.CANCELLED, MigrationEventType.PHASE_CHANGED);
            case RETURN_TO_WINDOW -> returnToWindow(draft);
        }
    }

    private static void retry(Draft draft, Afterwards afterwards) {
        Step from = afterwards.retryFrom() == null ? Step.PLAN : afterwards.retryFrom();
        draft.learned = draft.learned.without(
                HandedOver.class,
                RolesExchanged.class,
                LagConverged.class,
                PassageOpened.class,
                BackupRestored.class,
                RestoreConfirmed.class);
        if (!Step.PROVISION.isBefore(from)) {
            forgetTarget(draft);
            draft.cutover = draft.cutover.withNewDrainTimeout();
        }
        Instant notBefore = afterwards.notBefore();
        Instant begin = notBefore == null || notBefore.isBefore(draft.now()) ? draft.now() : notBefore;
        draft.place = draft.place
                .waiting(draft.place.course(), from, draft.now(), begin)
                .nextAttempt();
    }

    private static void forgetTarget(Draft draft) {
        draft.learned = draft.learned.without(
                DatabasePrepared.class,
                InitialSyncDelayed.class,
                InitialSyncProgressed.class,
                InitialSyncCompleted.class,
                LagMeasured.class,
                CopyVerified.class);
    }

    private static void fallBack(Draft draft) {
        draft.learned = draft.learned.without(HandedOver.class, LagConverged.class);
        forgetTarget(draft);
        Step first = MigrationSaga.FALLBACK.getFirst().step();
        draft.place = draft.place
                .waiting(Course.FALLBACK, first, draft.now(), draft.now())
                .nextAttempt();
        Walk.enter(draft, MigrationSaga.definition(Course.FALLBACK, first));
    }

    private static void returnToWindow(Draft draft) {
        Instant atLeast = draft.now().plus(SECOND_CHANCE);
        if (draft.windowEndsAt == null || draft.windowEndsAt.isBefore(atLeast)) {
            draft.windowEndsAt = atLeast;
        }
        draft.place = draft.place
                .waiting(Course.FORWARD, Step.ROLLBACK_WINDOW, draft.now(), draft.now())
                .nextAttempt();
        Walk.enter(draft, MigrationSaga.definition(Course.FORWARD, Step.ROLLBACK_WINDOW));
    }
}
