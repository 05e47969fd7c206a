package io.godwit.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.backup.BackupServiceFixture.BackupDuring;
import io.godwit.backup.store.ArchiveStore;
import io.godwit.backup.store.Manifest;
import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.events.MessageJson;
import io.lettuce.core.SetArgs;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import tools.jackson.databind.JsonNode;

class RedisBackupIT {
    private static RedisServiceFixture redis;
    private static BackupServiceFixture service;

    @BeforeAll
    static void start() {
        redis = new RedisServiceFixture("backup", Map.of());
        service = redis.service;
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        assertThat(redis.scratchFolders()).as("folders left").isEmpty();
    }

    @Test
    void aBackupIsStoredWithItsManifestAndCanBeRestored() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/stored");
        PlacedDatabase database = redis.createDatabase(id, 2_000);
        RedisServiceFixture.as(
                database,
                commands -> commands.set(
                        RedisServiceFixture.key("session"),
                        RedisServiceFixture.key("1"),
                        SetArgs.Builder.ex(Duration.ofDays(1))));

        JsonNode backup = service.backUp(id);

        assertThat(backup.path("status").asString()).as(backup.toString()).isEqualTo("completed");
        assertThat(backup.path("engine").asString()).isEqualTo("redis");
        assertThat(backup.path("rows").asLong()).isEqualTo(2_001);
        Manifest manifest = redis.manifest(id, backup);
        assertThat(manifest.sha256()).isEqualTo(backup.path("sha256").asString());
        assertThat(manifest.tables()).singleElement().satisfies(table -> {
            assertThat(table.table()).isEqualTo("db0");
            assertThat(table.rows()).isEqualTo(2_000);
            assertThat(table.expiring())
                    .singleElement()
                    .satisfies(rows -> assertThat(rows.rows()).isEqualTo(1));
        });
        assertThat(service.verify(backup.path("id").asString()).path("status").asString())
                .isEqualTo("succeeded");
    }

    @Test
    void anArchiveAndItsManifestAreOfTheSameMomentWhileTheTenantWrites() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/moment");
        PlacedDatabase database = redis.createDatabase(id, 500);

        BackupDuring during = service.backUpDuring(id, writing -> insertWhile(writing, database));

        JsonNode backup = during.backup();
        assertThat(backup.path("status").asString()).as(backup.toString()).isEqualTo("completed");
        assertThat(backup.path("rows").asInt()).isLessThan(500 + during.done());
        assertThat(service.verify(backup.path("id").asString()).path("status").asString())
                .isEqualTo("succeeded");
    }

    @Test
    void anAlteredArchiveIsFoundByVerification() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/altered");
        redis.createDatabase(id, 2_000);
        JsonNode backup = service.backUp(id);
        String key = redis.manifest(id, backup).key();
        byte[] archive = service.s3
                .getObjectAsBytes(
                        request -> request.bucket(service.store.bucket()).key(key))
                .asByteArray();
        archive[archive.length / 2] ^= 1;
        service.s3.putObject(
                request -> request.bucket(service.store.bucket()).key(key), RequestBody.fromBytes(archive));

        JsonNode verification = service.verify(backup.path("id").asString());

        assertThat(verification.path("error").path("code").asString()).isEqualTo("CHECKSUM_MISMATCH");
    }

    @Test
    void aKeyThatDiffersFromTheManifestIsFoundByVerification() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/differing");
        redis.createDatabase(id, 100);
        JsonNode backup = service.backUp(id);
        String folder = ArchiveStore.folder(id, backup.path("id").asString());
        String json = MessageJson.mapper().writeValueAsString(redis.manifest(id, backup));
        String hash = redis.manifest(id, backup).tables().getFirst().hash();
        service.s3.putObject(
                request -> request.bucket(service.store.bucket()).key(folder + "manifest.json"),
                RequestBody.fromString(json.replace(hash, "0000000000000000")));

        JsonNode verification = service.verify(backup.path("id").asString());

        assertThat(verification.path("error").path("code").asString()).isEqualTo("CONTENT_MISMATCH");
        assertThat(verification.path("error").path("message").asString()).contains("db0");
    }

    @Test
    void aServerThatHasDiedFailsTheBackupAndLeavesNothingInTheStore() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/dead");
        redis.createDatabase(id, 10);
        redis.server(id).process().kill();

        JsonNode backup = service.backUp(id);

        assertThat(backup.path("status").asString()).isEqualTo("failed");
        assertThat(backup.path("error").path("code").asString()).isEqualTo("SOURCE_UNREACHABLE");
        assertThat(redis.objects(id)).isEmpty();
    }

    private static int insertWhile(AtomicBoolean writing, PlacedDatabase database) {
        return RedisServiceFixture.as(database, commands -> {
            int inserted = 0;
            while (writing.get()) {
                commands.set(RedisServiceFixture.key("late:" + inserted), RedisServiceFixture.key("1"));
                inserted++;
            }
            return inserted;
        });
    }
}
