package io.godwit.orchestrator.web;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import io.godwit.engines.Tier;
import io.godwit.events.Failure;
import io.godwit.events.MigrationPhase;
import io.godwit.events.MigrationStatus;
import io.godwit.events.ProvisioningEvent.DatabasePrepared;
import io.godwit.events.ProvisioningEvent.TargetPlanned;
import io.godwit.events.ReplicationEvent.InitialSyncCompleted;
import io.godwit.events.ReplicationEvent.InitialSyncProgressed;
import io.godwit.orchestrator.saga.Migration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A migration in a list.
 *
 * @param percent of the initial sync; null before it
 * @param pauseMs the longest time one exchange was held; null before the cutover
 * @param error null unless something failed or needs an operator
 */
record MigrationSummary(
        String id,
        DatabaseId databaseId,
        EngineId engine,
        Tier to,
        @Nullable String sourceServerId,
        @Nullable String targetServerId,
        MigrationStatus status,
        MigrationPhase phase,
        @Nullable Double percent,
        @Nullable Long pauseMs,
        @Nullable Problem error,
        Instant createdAt,
        @Nullable Instant endedAt) {

    /** What went wrong, or what a person must do. */
    record Problem(String code, String message) {}

    static MigrationSummary of(Migration migration) {
        return new MigrationSummary(
                migration.id(),
                migration.databaseId(),
                migration.engine(),
                migration.request().to(),
                sourceServerId(migration),
                targetServerId(migration),
                migration.status(),
                migration.phase(),
                percent(migration),
                migration.cutover().pauseMillis(),
                error(migration),
                migration.createdAt(),
                migration.endedAt());
    }

    static @Nullable String sourceServerId(Migration migration) {
        TargetPlanned planned = migration.learned().find(TargetPlanned.class);
        return planned == null ? null : planned.source().server().serverId();
    }

    static @Nullable String targetServerId(Migration migration) {
        DatabasePrepared prepared = migration.learned().find(DatabasePrepared.class);
        if (prepared != null) {
            return prepared.target().server().serverId();
        }
        TargetPlanned planned = migration.learned().find(TargetPlanned.class);
        return planned == null ? null : planned.target().serverId();
    }

    static @Nullable Double percent(Migration migration) {
        if (migration.learned().find(InitialSyncCompleted.class) != null) {
            return 100.0;
        }
        InitialSyncProgressed progress = migration.learned().find(InitialSyncProgressed.class);
        return progress == null ? null : (Double) progress.percent();
    }

    static @Nullable Problem error(Migration migration) {
        Failure failure = migration.needsOperator() == null ? migration.error() : migration.needsOperator();
        return failure == null ? null : new Problem(failure.code(), failure.message());
    }
}
