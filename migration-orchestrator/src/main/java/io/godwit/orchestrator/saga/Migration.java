package io.godwit.orchestrator.saga;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.events.Failure;
import io.godwit.events.Finding;
import io.godwit.events.MigrationPhase;
import io.godwit.events.MigrationStatus;
import io.godwit.events.ProvisioningEvent.DatabasePrepared;
import io.godwit.events.ProvisioningEvent.RoutePublished;
import io.godwit.events.ProvisioningEvent.StandbyInspected;
import io.godwit.events.ProvisioningEvent.TargetPlanned;
import io.godwit.events.ReplicationEvent.CopyVerified;
import io.godwit.events.ReplicationEvent.DatabaseInspected;
import io.godwit.events.ReplicationEvent.InitialSyncDelayed;
import io.godwit.events.StepRef;
import io.godwit.events.TargetRequest;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All that is remembered of one migration between two decisions.
 *
 * @param definitionVersion the version of the table it follows
 * @param dryRun whether it ends after the questions that touch nothing
 * @param undo what must be taken back if it goes no further, in the order of the deeds
 * @param sessions what the proxies have told about theirs in a dry run
 * @param syncAttempts how often the way to the cutover was begun
 * @param fallback what is known of moving by backup and restore
 * @param error why it failed; null otherwise
 * @param needsOperator what a person must do for it to go on; null if nothing
 * @param eventSequence of the newest public event
 * @param entries how many timeline entries there are
 * @param progressedAt when progress was last made public; null before
 * @param windowEndsAt null before the switch
 * @param endedAt null while it goes on
 */
public record Migration(
        String id,
        int definitionVersion,
        DatabaseId databaseId,
        EngineId engine,
        String requestedBy,
        boolean dryRun,
        TargetRequest request,
        Terms terms,
        Place place,
        List<RecordedUndo> undo,
        Learned learned,
        Cutover cutover,
        InspectedSessions sessions,
        int syncAttempts,
        MigrationStatus status,
        MigrationPhase phase,
        Fallback fallback,
        @Nullable Failure error,
        @Nullable Failure needsOperator,
        long eventSequence,
        int entries,
        @Nullable Instant progressedAt,
        @Nullable Instant windowEndsAt,
        Instant createdAt,
        @Nullable Instant endedAt) {

    public Migration {
        // A migration that was stored before anybody asked for them has none.
        sessions = Objects.requireNonNullElse(sessions, InspectedSessions.NONE);
    }

    /** A migration that was asked for and has not begun. */
    public static Migration requested(
            String id,
            DatabaseId databaseId,
            EngineId engine,
            String requestedBy,
            boolean dryRun,
            TargetRequest request,
            Terms terms,
            Instant now) {
        return new Migration(
                id,
                MigrationSaga.VERSION,
                databaseId,
                engine,
                requestedBy,
                dryRun,
                request,
                terms,
                Place.first(now),
                List.of(),
                Learned.NOTHING,
                Cutover.NONE,
                InspectedSessions.NONE,
                1,
                MigrationStatus.PENDING,
                MigrationPhase.PREFLIGHT,
                Fallback.NONE,
                null,
                null,
                0,
                0,
                null,
                null,
                now,
                null);
    }

    public boolean isFinished() {
        return place.activity() == Activity.FINISHED;
    }

    /** Whether clients may be held now, or are until the next step is done. */
    public boolean holdsClients() {
        return undo.stream().anyMatch(recorded -> recorded.undo() == Undo.RELEASE_TRAFFIC)
                || (place.step() == Step.REOPEN && place.activity() == Activity.RUNNING);
    }

    boolean isVerified() {
        return learned.find(CopyVerified.class) != null;
    }

    /** Whether the target is, or would be, a standby of the source's whole server. */
    public boolean movesAsStandby() {
        StandbyInspected inspected = learned.find(StandbyInspected.class);
        return inspected != null && inspected.possible() && !movesByRestore();
    }

    /** How the database moves, in one word; null before it is known. */
    public @Nullable String method() {
        DatabaseInspected inspected = learned.find(DatabaseInspected.class);
        if (inspected == null) {
            return null;
        }
        return movesByRestore() ? "restore" : movesAsStandby() ? "physical" : inspected.method();
    }

    /** What preflight has found out about the way that it goes. */
    public List<Finding> findings() {
        StandbyInspected standby = learned.find(StandbyInspected.class);
        DatabaseInspected inspected = learned.find(DatabaseInspected.class);
        // What is worth knowing of the database alone says nothing about its server as a whole.
        Stream<Finding> alone = inspected == null || movesAsStandby() ? Stream.of() : inspected.findings().stream();
        return Stream.concat(standby == null ? Stream.of() : standby.findings().stream(), alone)
                .toList();
    }

    /** Whether it moves, or would move, by backup and restore. */
    public boolean movesByRestore() {
        return fallback.reason() != null;
    }

    /** What the present step waits for, for people; null if it does its work or nothing is known. */
    public @Nullable String waitingFor() {
        boolean copying = place.step() == Step.COPY && place.activity() == Activity.RUNNING;
        InitialSyncDelayed delayed = copying ? learned.find(InitialSyncDelayed.class) : null;
        return delayed == null ? null : delayed.reason();
    }

    StepRef ref() {
        return new StepRef(id, databaseId, place.attempt());
    }

    /** As that of the first command of the present attempt. */
    StepRef firstRef() {
        return new StepRef(id, databaseId, place.oldestAttempt());
    }

    PlacedDatabase source() {
        return learned.require(TargetPlanned.class).source();
    }

    PlacedDatabase target() {
        return learned.require(DatabasePrepared.class).target();
    }

    /** The side the present course leads away from. */
    PlacedDatabase from() {
        return place.course() == Course.ROLLBACK ? target() : source();
    }

    /** The side the present course leads to. */
    PlacedDatabase to() {
        return place.course() == Course.ROLLBACK ? source() : target();
    }

    /** The epoch of the committed route. */
    long epoch() {
        RoutePublished published = learned.find(RoutePublished.class);
        return published == null ? learned.require(TargetPlanned.class).epoch() : published.epoch();
    }

    /** The server the database lives on now; null before it is known. */
    public @Nullable String home() {
        RoutePublished published = learned.find(RoutePublished.class);
        if (published != null) {
            return published.serverId();
        }
        TargetPlanned planned = learned.find(TargetPlanned.class);
        return planned == null ? null : planned.source().server().serverId();
    }
}
