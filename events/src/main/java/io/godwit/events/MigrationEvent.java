package io.godwit.events;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The data of a public CloudEvent on {@link Topics#MIGRATIONS}.
 *
 * @param sequence counts up within the migration, from 1
 * @param serverId where the database lives at that moment
 * @param percent of the initial sync; null before it
 * @param pauseMillis the pause the application felt; null before the cutover
 * @param error null unless something failed
 */
public record MigrationEvent(
        String migrationId,
        DatabaseId databaseId,
        EngineId engine,
        long sequence,
        MigrationEventType type,
        MigrationStatus status,
        MigrationPhase phase,
        @Nullable String serverId,
        @Nullable Double percent,
        @Nullable Long lagBytes,
        @Nullable Long lagMillis,
        @Nullable Long pauseMillis,
        @Nullable Failure error,
        Instant at) {}
