package io.godwit.provisioning.database;

import io.godwit.engines.EngineId;
import io.godwit.engines.Tier;
import io.godwit.events.MigrationStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the API shows of a database.
 *
 * @param serverId where it lives; null while that is not decided
 * @param sizeBytes null if it could not be measured
 * @param lastMigration null if it never migrated
 * @param lastMigrationId the same migration's id alone
 */
record DatabaseView(
        String tenant,
        String name,
        EngineId engine,
        Tier tier,
        String region,
        MigrationStatus status,
        @Nullable String serverId,
        @Nullable Long sizeBytes,
        @Nullable LastMigration lastMigration,
        @Nullable String lastMigrationId,
        Instant createdAt,
        ProxyEndpoints.ConnectionView connection) {

    record LastMigration(String id, MigrationStatus status) {}
}
