package io.godwit.backup.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.backup.catalog.Backup;
import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import io.godwit.engines.Login;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.SealedSecret;
import io.godwit.engines.ServerAccess;
import io.godwit.engines.ServerAddress;
import io.godwit.engines.TransportSecurity;
import io.godwit.events.Failure;
import io.godwit.events.StepRef;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetentionPolicyTest {
    private static final Instant NOW = Instant.parse("2026-06-30T00:00:00Z");
    private static final DatabaseId ORDERS = DatabaseId.parse("acme/orders");
    /** Of a database that is there and at rest. */
    private static final Keeping STAYS = new Keeping(true, false);

    private static final PlacedDatabase PLACED = new PlacedDatabase(
            new ServerAccess(
                    "srv_1",
                    EngineId.POSTGRESQL,
                    "15.0",
                    new ServerAddress("127.0.0.1", 5432),
                    TransportSecurity.PLAIN,
                    login(),
                    login()),
            "orders__acme",
            login());

    private final RetentionPolicy policy = new RetentionPolicy(
            new RetentionProperties(Duration.ofDays(30), 1, Duration.ofDays(14), Duration.ofDays(1)));

    @Test
    void aBackupGoesWhenItsTimeIsOver() {
        List<Backup> backups = List.of(completed(ORDERS, 1), completed(ORDERS, 29), completed(ORDERS, 31));

        assertThat(policy.expired(backups, STAYS, NOW)).containsExactly(backups.get(2));
    }

    @Test
    void theNewestOfADatabaseStaysHoweverOldItIs() {
        List<Backup> backups = List.of(completed(ORDERS, 40), completed(ORDERS, 50));

        assertThat(policy.expired(backups, STAYS, NOW)).containsExactly(backups.get(1));
    }

    @Test
    void theNewestOfADatabaseThatWasDeletedGoesInItsTime() {
        List<Backup> backups = List.of(completed(ORDERS, 29), completed(ORDERS, 31));

        assertThat(policy.expired(backups, Keeping.NOTHING, NOW)).containsExactly(backups.get(1));
    }

    @Test
    void aSafetyBackupStaysWhileItsMigrationCanBeTakenBack() {
        List<Backup> backups = List.of(completed(ORDERS, 1), safety(15), completed(ORDERS, 31));

        assertThat(policy.expired(backups, Keeping.ALL, NOW)).containsExactly(backups.get(2));
    }

    @Test
    void aFailedBackupDoesNotCountAsTheNewest() {
        Backup failed = Backup.requested(ORDERS, PLACED, daysAgo(35));
        failed.fail(new Failure("DUMP_FAILED", "no", Failure.Kind.INTERNAL), daysAgo(35));
        Backup good = completed(ORDERS, 40);

        assertThat(policy.expired(List.of(failed, good), STAYS, NOW)).containsExactly(failed);
    }

    @Test
    void aSafetyBackupHasATimeOfItsOwn() {
        Backup newest = completed(ORDERS, 1);
        Backup young = safety(13);
        Backup old = safety(15);

        assertThat(policy.expired(List.of(newest, young, old), STAYS, NOW)).containsExactly(old);
    }

    private static Backup completed(DatabaseId database, int daysOld) {
        return complete(Backup.requested(database, PLACED, daysAgo(daysOld)));
    }

    private static Backup safety(int daysOld) {
        return complete(Backup.safety(new StepRef("mig_" + daysOld, ORDERS, 1), PLACED, daysAgo(daysOld)));
    }

    private static Backup complete(Backup backup) {
        backup.start(NOW);
        backup.complete(1, "00", "15.0", 1, 1, NOW);
        return backup;
    }

    private static Instant daysAgo(int days) {
        return NOW.minus(Duration.ofDays(days));
    }

    private static Login login() {
        return new Login("nobody", new SealedSecret("none"));
    }
}
