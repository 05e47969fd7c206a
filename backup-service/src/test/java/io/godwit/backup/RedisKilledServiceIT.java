package io.godwit.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.testing.Eventually;
import io.godwit.testing.FaultyLink;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class RedisKilledServiceIT {
    private static RedisServiceFixture redis;
    private static BackupServiceFixture service;

    @BeforeAll
    static void start() {
        redis = new RedisServiceFixture("killed", Map.of());
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
    void aServiceThatIsKilledWhileItReplacesLeavesTheDatabaseAsItWas() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/killed");
        PlacedDatabase database = redis.createDatabase(id, 2_000);
        String backup = service.backUp(id).path("id").asString();
        RedisServiceFixture.as(database, RedisCommands::flushall);
        BackupServiceProcess process = service.runAsProcess();
        try (FaultyLink link = FaultyLink.to(redis.server(id).access().address())) {
            redis.beginReplacement(link, id, database, backup);
            process.kill();
        }
        assertThat(redis.scratchServers()).as("what the killed service left").hasSize(1);
        service.provisioning.place(id, database);
        service.runHere();

        JsonNode restore = service.awaitRun(backup, "restore");

        assertThat(restore.path("error").path("code").asString()).isEqualTo("INTERRUPTED");
        assertThat(RedisServiceFixture.keys(database)).isZero();
        assertThat(redis.limit(id)).isEqualTo("200000000");
    }

    @Test
    void aServiceThatIsKilledWhileItBacksUpDoesItAgainAfterItsStart() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/again");
        redis.createDatabase(id, 500);
        BackupServiceProcess process = service.runAsProcess();
        // Slow enough for the snapshot to be there when it is looked for, and the upload not to be over.
        service.storeLink.delay(Duration.ofSeconds(1));
        String backup = service.requestBackup(id);
        Eventually.await(
                "the snapshot",
                BackupServiceFixture.LONG,
                () -> !redis.scratchFolders().isEmpty());
        process.kill();
        assertThat(redis.scratchFolders()).as("what the killed service left").isNotEmpty();
        service.storeLink.cutOnce();
        service.storeLink.pass();
        service.runHere();

        JsonNode finished = service.awaitFinished(backup);

        assertThat(finished.path("status").asString()).as(finished.toString()).isEqualTo("completed");
        assertThat(finished.path("rows").asLong()).isEqualTo(500);
    }
}
