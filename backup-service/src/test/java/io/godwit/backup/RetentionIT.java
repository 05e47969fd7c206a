package io.godwit.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.backup.catalog.BackupRepository;
import io.godwit.backup.creation.BackupRequests;
import io.godwit.backup.store.ArchiveStore;
import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.events.BackupCommand.CreateSafetyBackup;
import io.godwit.events.StepRef;
import io.godwit.testing.Eventually;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RetentionIT {
    private static BackupServiceFixture service;

    @BeforeAll
    static void start() {
        service = new BackupServiceFixture(Map.of(
                "godwit.backup.retention.every", "1s",
                "godwit.backup.retention.keep-for", "0s",
                "godwit.backup.retention.keep-newest", "1",
                "godwit.backup.retention.keep-safety-for", "0s",
                "godwit.backup.retention.orphaned-uploads", "5s"));
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @Test
    void anExpiredBackupIsRemovedFromTheStoreAndTheNewestStays() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/kept");
        service.createDatabase(id, 10);
        String older = service.backUp(id).path("id").asString();
        String newest = service.backUp(id).path("id").asString();

        Eventually.await("the removal of its objects", BackupServiceFixture.LONG, () -> objectsOf(id, older) == 0);

        assertThat(service.show(older).path("status").asString()).isEqualTo("deleted");
        assertThat(service.show(older).path("deletedAt").isNull()).isFalse();
        assertThat(service.post("/api/v1/backups/" + older + "/verify", "").code())
                .isEqualTo("BACKUP_NOT_USABLE");
        assertThat(service.show(newest).path("status").asString()).isEqualTo("completed");
        assertThat(objectsOf(id, newest)).as("archive and manifest").isEqualTo(2);
    }

    @Test
    void theNewestBackupOfADeletedDatabaseIsRemovedToo() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/deleted");
        service.createDatabase(id, 10);
        String newest = service.backUp(id).path("id").asString();
        service.provisioning.remove(id);

        Eventually.await("the removal of its objects", BackupServiceFixture.LONG, () -> objectsOf(id, newest) == 0);

        assertThat(service.show(newest).path("status").asString()).isEqualTo("deleted");
    }

    @Test
    void aSafetyBackupStaysUntilItsMigrationCanNotBeRolledBackAnyMore() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/windowed");
        PlacedDatabase home = service.createDatabase(id, 10);
        service.provisioning.former(id, home);
        String safety = backUpForMigration(id, home);
        service.backUp(id);
        // Once that of another database has gone, this one's have been looked at, too.
        DatabaseId other = DatabaseId.parse("acme/at_rest");
        service.createDatabase(other, 10);
        String expired = service.backUp(other).path("id").asString();
        service.backUp(other);

        Eventually.await("the removal of its objects", BackupServiceFixture.LONG, () -> objectsOf(other, expired) == 0);
        assertThat(service.show(safety).path("status").asString()).isEqualTo("completed");
        service.provisioning.former(id, null);

        Eventually.await("the removal of its objects", BackupServiceFixture.LONG, () -> objectsOf(id, safety) == 0);
    }

    @Test
    void anUploadThatNobodyFinishesIsAborted() throws Exception {
        String key = ArchiveStore.folder(DatabaseId.parse("acme/orphan"), "bkp_orphan") + "archive";
        service.s3.createMultipartUpload(
                request -> request.bucket(service.store.bucket()).key(key));

        Eventually.await(
                "its end",
                BackupServiceFixture.LONG,
                () ->
                        service
                                .s3
                                .listMultipartUploads(request -> request.bucket(service.store.bucket()))
                                .uploads()
                                .stream()
                                .noneMatch(upload -> upload.key().equals(key)));
    }

    private static String backUpForMigration(DatabaseId id, PlacedDatabase source) throws Exception {
        service.bean(BackupRequests.class).accept(new CreateSafetyBackup(new StepRef("mig_window", id, 1), source));
        String backup = service.bean(BackupRepository.class)
                .findByMigrationIdAndAttempt("mig_window", 1)
                .orElseThrow()
                .id();
        return service.awaitFinished(backup).path("id").asString();
    }

    private static int objectsOf(DatabaseId id, String backup) {
        return service.s3
                .listObjectsV2(
                        request -> request.bucket(service.store.bucket()).prefix(ArchiveStore.folder(id, backup)))
                .contents()
                .size();
    }
}
