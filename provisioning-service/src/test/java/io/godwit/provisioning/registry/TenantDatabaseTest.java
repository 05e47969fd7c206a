package io.godwit.provisioning.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import io.godwit.engines.Tier;
import io.godwit.events.MigrationEvent;
import io.godwit.events.MigrationEventType;
import io.godwit.events.MigrationPhase;
import io.godwit.events.MigrationStatus;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TenantDatabaseTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final DatabaseId ORDERS = new DatabaseId("acme", "orders");

    private final TenantDatabase database = new TenantDatabase(
            ORDERS, EngineId.POSTGRESQL, Tier.SHARED, "local", "verifier", TenantDatabase.Unfinished.CREATION, START);

    @Test
    void databaseBeingMadeIsPendingButNotMigrating() {
        assertThat(database.status()).isEqualTo(MigrationStatus.PENDING);
        assertThat(database.isMigrating()).isFalse();
    }

    @Test
    void newestEventOfAMigrationSaysTheStatus() {
        database.finish();
        database.onMigration(event("mig_1", 2, MigrationStatus.MIGRATING, START.plusSeconds(2)));
        database.onMigration(event("mig_1", 1, MigrationStatus.MIGRATING_SYNC, START.plusSeconds(1)));

        assertThat(database.status()).isEqualTo(MigrationStatus.MIGRATING);
        assertThat(database.isMigrating()).isTrue();
    }

    @Test
    void lateEventOfAnEarlierMigrationSaysNothing() {
        database.finish();
        database.onMigration(event("mig_2", 1, MigrationStatus.READY, START.plusSeconds(9)));
        database.onMigration(event("mig_1", 7, MigrationStatus.FAILED, START.plusSeconds(8)));

        assertThat(database.lastMigrationId()).isEqualTo("mig_2");
        assertThat(database.status()).isEqualTo(MigrationStatus.READY);
    }

    @Test
    void nextMigrationBeginsToCountAnew() {
        database.finish();
        database.onMigration(event("mig_1", 7, MigrationStatus.FAILED, START.plusSeconds(1)));
        database.onMigration(event("mig_2", 1, MigrationStatus.PENDING, START.plusSeconds(2)));

        assertThat(database.lastMigrationId()).isEqualTo("mig_2");
        assertThat(database.isMigrating()).isTrue();
    }

    private static MigrationEvent event(String migration, long sequence, MigrationStatus status, Instant at) {
        return new MigrationEvent(
                migration,
                ORDERS,
                EngineId.POSTGRESQL,
                sequence,
                MigrationEventType.PHASE_CHANGED,
                status,
                MigrationPhase.INITIAL_SYNC,
                null,
                null,
                null,
                null,
                null,
                null,
                at);
    }
}
