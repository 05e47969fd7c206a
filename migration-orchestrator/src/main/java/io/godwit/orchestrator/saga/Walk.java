package io.godwit.orchestrator.saga;

import io.godwit.events.Failure;
import io.godwit.events.MigrationEventType;
import io.godwit.events.MigrationPhase;
import io.godwit.events.MigrationStatus;
import io.godwit.events.ProxyEvent.TrafficReleased;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Goes along the table, row by row. */
final class Walk {
    private static final Duration LISTEN = Duration.ofMillis(500);

    private Walk() {}

    /** Enters a step: records its undos, then sends its command. */
    static void enter(Draft draft, StepDefinition row) {
        if (!row.condition().holds(draft.snapshot())) {
            next(draft, row);
            return;
        }
        boolean proxiesMatter = row.asksEveryProxy() && row.command() != null;
        if (proxiesMatter && !draft.surroundings().proxiesKnown()) {
            Instant later = draft.now().plus(LISTEN);
            draft.place = draft.place.waiting(draft.place.course(), row.step(), draft.now(), later);
            return;
        }
        if (row.step() == Step.HOLD) {
            draft.cutover = draft.cutover.held(draft.now(), draft.surroundings().liveProxies());
        }
        if (row.step() == Step.ROLLBACK_WINDOW && draft.windowEndsAt == null) {
            draft.windowEndsAt = draft.now().plus(draft.terms().rollbackWindow());
        }
        draft.undo = Stream.concat(
                        draft.undo.stream(), row.undos().stream().map(undo -> new RecordedUndo(row.step(), undo)))
                .distinct()
                .toList();
        Set<String> proxies = row.asksEveryProxy() ? proxiesAwaited(draft, row) : Set.of();
        draft.place =
                draft.place.running(row.step(), proxies, draft.nextEntry(), draft.now(), Timeouts.due(draft, row));
        draft.beginEntry();
        draft.send(Commands.toEnter(row.step(), draft.snapshot()));
        show(draft, row);
        if (row.asksEveryProxy() && proxies.isEmpty()) {
            complete(draft, "DONE");
        }
    }

    /** The present step has its answers. */
    static void complete(Draft draft, String outcome) {
        draft.endEntry(outcome, null);
        draft.needsOperator = null;
        StepDefinition row = draft.definition();
        Detour.noteDuration(draft, row.step());
        if (row.step() == Step.INSPECT_SESSIONS) {
            draft.sessions = draft.sessions.without(silentProxies(draft));
        }
        if (Preflight.endsWith(draft.snapshot(), row.step()) && !passes(draft)) {
            return;
        }
        Failure objection = Detour.lastObjection(draft, row.step());
        if (objection != null) {
            Unwind.start(draft, Afterwards.FAIL, objection);
            return;
        }
        if (row.step() == Step.FENCE) {
            Detour.fenced(draft);
        }
        if (row.step() == Step.COMMIT) {
            // From here there is only forward: nothing that was recorded may be taken back any more.
            draft.undo = List.of();
        }
        if (row.step() == Step.ROLLBACK_WINDOW) {
            // A rollback that failed is of no interest once the move stands.
            draft.error = null;
        }
        if (row.step() == Step.RELEASE) {
            draft.cutover = draft.cutover.done(draft.now());
            draft.switched = true;
        }
        next(draft, row);
    }

    private static void next(Draft draft, StepDefinition row) {
        StepDefinition following = MigrationSaga.after(draft.place.course(), row.step());
        if (following == null) {
            finish(draft);
        } else {
            enter(draft, following);
        }
    }

    /** The migration has reached its end in good order. */
    private static void finish(Draft draft) {
        boolean moved = draft.place.course() != Course.ROLLBACK;
        end(draft, draft.status, moved ? MigrationEventType.COMPLETED : MigrationEventType.PHASE_CHANGED);
    }

    /** The migration is over. */
    static void end(Draft draft, MigrationStatus status, MigrationEventType type) {
        draft.status = status;
        draft.phase = MigrationPhase.DONE;
        draft.place = draft.place.finished();
        draft.endedAt = draft.now();
        draft.needsOperator = null;
        draft.announce(type);
    }

    private static void show(Draft draft, StepDefinition row) {
        boolean changed = draft.status != row.status() || draft.phase != row.phase();
        draft.status = row.status();
        draft.phase = row.phase();
        if (row.step() == Step.HOLD) {
            draft.announce(MigrationEventType.PAUSED_TRAFFIC);
        } else if (draft.switched) {
            boolean moved = draft.place.course() != Course.ROLLBACK;
            draft.announce(moved ? MigrationEventType.SWITCHED : MigrationEventType.ROLLED_BACK);
            draft.switched = false;
        } else if (changed) {
            draft.announce(MigrationEventType.PHASE_CHANGED);
        }
    }

    private static Set<String> proxiesAwaited(Draft draft, StepDefinition row) {
        Surroundings surroundings = draft.surroundings();
        if (row.awaits() != TrafficReleased.class) {
            return surroundings.liveProxies();
        }
        long epoch = draft.snapshot().epoch();
        Set<String> awaited = new HashSet<>(draft.cutover.proxies());
        if (surroundings.proxiesKnown()) {
            awaited.retainAll(surroundings.liveProxies());
        }
        // A proxy that reads the new route may be heard before the service that wrote it.
        awaited.removeIf(proxy -> draft.cutover.hasReleased(proxy, epoch));
        return Set.copyOf(awaited);
    }

    /** Those that are not known to be gone, and their sessions with them. */
    private static Set<String> silentProxies(Draft draft) {
        Set<String> silent = new HashSet<>(draft.place.awaited());
        if (draft.surroundings().proxiesKnown()) {
            silent.retainAll(draft.surroundings().liveProxies());
        }
        return silent;
    }

    /** Whether the move goes on along its table. */
    private static boolean passes(Draft draft) {
        Failure blocked = Preflight.blocked(draft.snapshot());
        if (draft.isDryRun()) {
            if (blocked != null && Fallback.objection(draft.snapshot()) == null) {
                Detour.begin(draft, blocked);
            }
            finish(draft);
            return false;
        }
        if (blocked != null) {
            Failures.fallBack(draft, blocked);
            return false;
        }
        return true;
    }
}
