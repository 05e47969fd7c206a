package io.godwit.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.backup.BackupServiceFixture.Answer;
import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.testing.Eventually;
import io.godwit.testing.FaultyLink;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class RedisRestoreIT {
    private static RedisServiceFixture redis;
    private static BackupServiceFixture service;

    @BeforeAll
    static void start() {
        redis = new RedisServiceFixture("restore", Map.of());
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
    void aRestoreBringsTheKeysBack() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/restored");
        PlacedDatabase database = redis.createDatabase(id, 1_000);
        String backup = service.backUp(id).path("id").asString();
        RedisServiceFixture.as(database, commands -> {
            commands.flushall();
            return commands.set(RedisServiceFixture.key("late"), RedisServiceFixture.key("1"));
        });

        JsonNode restore = redis.restore(backup, id);

        assertThat(restore.path("status").asString()).as(restore.toString()).isEqualTo("succeeded");
        assertThat(RedisServiceFixture.keys(database)).isEqualTo(1_000);
        byte[] value = RedisServiceFixture.as(database, commands -> commands.get(RedisServiceFixture.key("order:7")));
        assertThat(value).isEqualTo(RedisServiceFixture.key("value of order 7"));
        assertThat(redis.limit(id)).isEqualTo("200000000");
    }

    @Test
    void anotherDatabaseOfTheTenantTakesTheContentsAsItsOwn() throws Exception {
        DatabaseId from = DatabaseId.parse("acme/origin");
        DatabaseId into = DatabaseId.parse("acme/duplicate");
        redis.createDatabase(from, 70);
        PlacedDatabase target = redis.createDatabase(into, 0);
        String backup = service.backUp(from).path("id").asString();

        Answer accepted = service.post(
                "/api/v1/backups/" + backup + "/restore", "{\"into\":\"duplicate\",\"confirm\":\"acme/duplicate\"}");
        assertThat(accepted.status()).as(accepted.toString()).isEqualTo(202);

        assertThat(service.awaitRun(backup, "restore").path("status").asString())
                .isEqualTo("succeeded");
        assertThat(RedisServiceFixture.keys(target)).isEqualTo(70);
    }

    @Test
    void whatIsNotEmptyIsRefusedAndUntouched() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/guarded");
        PlacedDatabase database = redis.createDatabase(id, 5);
        String backup = service.backUp(id).path("id").asString();

        Answer notEmpty = service.post("/api/v1/backups/" + backup + "/restore", "{\"confirm\":\"acme/guarded\"}");

        assertThat(notEmpty.status()).isEqualTo(409);
        assertThat(notEmpty.code()).isEqualTo("DATABASE_NOT_EMPTY");
        assertThat(RedisServiceFixture.keys(database)).isEqualTo(5);
    }

    @Test
    void whatIsWrittenDuringARestoreIntoAnEmptyDatabaseKeepsItFromReplacing() throws Exception {
        DatabaseId from = DatabaseId.parse("acme/archived");
        DatabaseId into = DatabaseId.parse("acme/awoken");
        redis.createDatabase(from, 20);
        PlacedDatabase target = redis.createDatabase(into, 0);
        String backup = service.backUp(from).path("id").asString();
        service.storeLink.stall();
        try {
            assertThat(service.post(
                                    "/api/v1/backups/" + backup + "/restore",
                                    "{\"into\":\"awoken\",\"confirm\":\"acme/awoken\"}")
                            .status())
                    .isEqualTo(202);
            RedisServiceFixture.as(
                    target, commands -> commands.set(RedisServiceFixture.key("written"), RedisServiceFixture.key("1")));
        } finally {
            service.storeLink.pass();
        }

        JsonNode restore = service.awaitRun(backup, "restore");

        assertThat(restore.path("error").path("code").asString())
                .as(restore.toString())
                .isEqualTo("DATABASE_NOT_EMPTY");
        assertThat(RedisServiceFixture.keys(target)).isEqualTo(1);
    }

    @Test
    void aReplacementThatBreaksOffIsUndoneWhenTheServerAnswersAgain() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/severed");
        PlacedDatabase database = redis.createDatabase(id, 2_000);
        String backup = service.backUp(id).path("id").asString();
        RedisServiceFixture.as(database, RedisCommands::flushall);
        try (FaultyLink link = FaultyLink.to(redis.server(id).access().address())) {
            redis.beginReplacement(link, id, database, backup);
            int before = service.provisioning.refused();
            service.provisioning.unavailable(true);
            try {
                link.cut();
                // Not before it has failed to put the limit back does it ask where the database is now.
                Eventually.await(
                        "the run to be taken up again",
                        BackupServiceFixture.LONG,
                        () -> service.provisioning.refused() > before);
            } finally {
                service.provisioning.unavailable(false);
            }
            assertThat(redis.limit(id)).as("while the server can't be reached").isEqualTo("0");
            link.pass();

            JsonNode restore = service.awaitRun(backup, "restore");

            assertThat(restore.path("error").path("code").asString())
                    .as(restore.toString())
                    .isEqualTo("INTERRUPTED");
        }
        assertThat(RedisServiceFixture.keys(database)).isZero();
        assertThat(redis.limit(id)).isEqualTo("200000000");
    }

    @Test
    void aRestoreInterruptedByTheServicesEndLeavesTheDatabaseAsItWas() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/halted");
        PlacedDatabase database = redis.createDatabase(id, 2_000);
        String backup = service.backUp(id).path("id").asString();
        RedisServiceFixture.as(database, RedisCommands::flushall);
        try (FaultyLink link = FaultyLink.to(redis.server(id).access().address())) {
            redis.beginReplacement(link, id, database, backup);
            service.stopService();
        }
        service.provisioning.place(id, database);
        service.startService();

        JsonNode restore = service.awaitRun(backup, "restore");

        assertThat(restore.path("error").path("code").asString()).isEqualTo("INTERRUPTED");
        assertThat(RedisServiceFixture.keys(database)).isZero();
        assertThat(redis.limit(id)).isEqualTo("200000000");
    }
}
