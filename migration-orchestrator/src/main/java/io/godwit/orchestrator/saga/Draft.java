package io.godwit.orchestrator.saga;

import io.godwit.events.Command;
import io.godwit.events.Failure;
import io.godwit.events.MigrationEvent;
import io.godwit.events.MigrationEventType;
import io.godwit.events.MigrationPhase;
import io.godwit.events.MigrationStatus;
import io.godwit.events.ReplicationEvent.InitialSyncCompleted;
import io.godwit.events.ReplicationEvent.InitialSyncProgressed;
import io.godwit.events.ReplicationEvent.LagMeasured;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A decision in the making: the migration's parts that may change, and what is to follow. Used by one thread. */
final class Draft {
    private final Migration before;
    private final Surroundings surroundings;
    private final List<Command> commands = new ArrayList<>();
    private final List<MigrationEvent> events = new ArrayList<>();
    private final Map<Integer, TimelineEntry> timeline = new LinkedHashMap<>();
    private long eventSequence;
    private int entries;

    Place place;
    List<RecordedUndo> undo;
    Learned learned;
    Cutover cutover;
    InspectedSessions sessions;
    int syncAttempts;
    MigrationStatus status;
    MigrationPhase phase;
    Fallback fallback;

    /** Whether this decision brought the clients to their new server. */
    boolean switched;

    @Nullable
    Failure error;

    @Nullable
    Failure needsOperator;

    @Nullable
    Instant progressedAt;

    @Nullable
    Instant windowEndsAt;

    @Nullable
    Instant endedAt;

    Draft(Migration before, Surroundings surroundings) {
        this.before = before;
        this.surroundings = surroundings;
        this.place = before.place();
        this.undo = before.undo();
        this.learned = before.learned();
        this.cutover = before.cutover();
        this.sessions = before.sessions();
        this.syncAttempts = before.syncAttempts();
        this.status = before.status();
        this.phase = before.phase();
        this.fallback = before.fallback();
        this.error = before.error();
        this.needsOperator = before.needsOperator();
        this.eventSequence = before.eventSequence();
        this.entries = before.entries();
        this.progressedAt = before.progressedAt();
        this.windowEndsAt = before.windowEndsAt();
        this.endedAt = before.endedAt();
    }

    Instant now() {
        return surroundings.now();
    }

    Surroundings surroundings() {
        return surroundings;
    }

    Terms terms() {
        return before.terms();
    }

    boolean isDryRun() {
        return before.dryRun();
    }

    StepDefinition definition() {
        return MigrationSaga.definition(place.course(), place.step());
    }

    void send(@Nullable Command command) {
        if (command != null) {
            commands.add(command);
        }
    }

    /** Opens a timeline entry; its label is that of the place it is opened for. */
    int nextEntry() {
        return ++entries;
    }

    void beginEntry() {
        timeline.put(place.entry(), entry(null, null, null));
    }

    void endEntry(String outcome, @Nullable String detail) {
        timeline.put(place.entry(), entry(now(), outcome, detail));
    }

    private TimelineEntry entry(@Nullable Instant ended, @Nullable String outcome, @Nullable String detail) {
        return new TimelineEntry(place.entry(), place.label(), place.attempt(), place.since(), ended, outcome, detail);
    }

    /** Tells the public how the migration stands now. A dry run is nobody's business. */
    void announce(MigrationEventType type) {
        if (isDryRun()) {
            return;
        }
        eventSequence++;
        Migration now = snapshot();
        InitialSyncProgressed progress = learned.find(InitialSyncProgressed.class);
        LagMeasured lag = learned.find(LagMeasured.class);
        Double percent = progress == null ? null : (Double) progress.percent();
        events.add(new MigrationEvent(
                now.id(),
                now.databaseId(),
                now.engine(),
                eventSequence,
                type,
                status,
                phase,
                now.home(),
                learned.find(InitialSyncCompleted.class) == null ? percent : Double.valueOf(100),
                lag == null ? null : (Long) lag.bytes(),
                lag == null ? null : (Long) lag.millis(),
                cutover.pauseMillis(),
                error,
                now()));
    }

    Migration snapshot() {
        return new Migration(
                before.id(),
                before.definitionVersion(),
                before.databaseId(),
                before.engine(),
                before.requestedBy(),
                before.dryRun(),
                before.request(),
                before.terms(),
                place,
                undo,
                learned,
                cutover,
                sessions,
                syncAttempts,
                status,
                phase,
                fallback,
                error,
                needsOperator,
                eventSequence,
                entries,
                progressedAt,
                windowEndsAt,
                before.createdAt(),
                endedAt);
    }

    Decision toDecision() {
        return new Decision(
                snapshot(), List.copyOf(commands), List.copyOf(events), List.copyOf(timeline.values()), null);
    }
}
