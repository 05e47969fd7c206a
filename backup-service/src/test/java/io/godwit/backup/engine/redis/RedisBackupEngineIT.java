package io.godwit.backup.engine.redis;

import static io.godwit.backup.engine.redis.RedisContent.as;
import static io.godwit.backup.engine.redis.RedisContent.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.backup.engine.ScratchDatabase;
import io.godwit.backup.engine.TableFingerprint;
import io.godwit.backup.engine.redis.RedisEngineFixture.Archive;
import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.testing.Eventually;
import io.godwit.testing.RedisServer;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RedisBackupEngineIT {
    private static final DatabaseId ORDERS = DatabaseId.parse("acme/orders");

    private static RedisServer source;
    private static RedisServer other;
    private static RedisEngineFixture fixture;

    private PlacedDatabase database;
    private PlacedDatabase target;

    @BeforeAll
    static void start() throws IOException {
        source = RedisServer.start("source");
        other = RedisServer.start("other");
        fixture = new RedisEngineFixture("engine", Duration.ofSeconds(10));
    }

    @AfterAll
    static void stop() {
        fixture.close();
        source.close();
        other.close();
    }

    @BeforeEach
    void createDatabases() {
        database = source.createTenantDatabase(ORDERS);
        target = other.createTenantDatabase(ORDERS);
    }

    @AfterEach
    void dropDatabases() throws IOException {
        source.dropTenantDatabase(ORDERS);
        other.dropTenantDatabase(ORDERS);
        assertThat(fixture.scratchFolders()).as("folders left").isEmpty();
    }

    @Test
    void everyTypeLogicalDatabaseExpiryAndFunctionIsRestored() throws Exception {
        RedisContent.fill(database);
        as(target, commands -> commands.set(bytes("what was there"), bytes("before")));
        Archive archive = fixture.backUp(database);

        assertThat(archive.tables)
                .extracting(TableFingerprint::table)
                .containsExactly("db0", "db3", "db15", "functions");
        assertThat(archive.tables.getFirst().expiring()).isNotEmpty();
        try (ScratchDatabase scratch = fixture.restore(archive.bytes, target)) {
            assertThat(fixture.differing(archive, scratch)).isEmpty();
            scratch.replaceTarget();
        }

        assertThat(RedisEngineFixture.contents(target, archive.moment)).isEqualTo(archive.tables);
        String greeting = as(target, commands -> {
            byte[] answer = commands.fcall("shop_greet", ScriptOutputType.VALUE, new byte[0][], bytes("you"));
            return new String(answer, StandardCharsets.UTF_8);
        });
        assertThat(greeting).isEqualTo("hello you");
    }

    @Test
    void whatIsRestoredIsDurable() throws Exception {
        RedisContent.fill(database);
        Archive archive = fixture.backUp(database);
        try (ScratchDatabase scratch = fixture.restore(archive.bytes, target)) {
            scratch.fingerprints(archive.moment);
            scratch.replaceTarget();
        }

        other.process().kill();
        other.process().start();
        other.process().awaitReady(RedisEngineFixture.LONG);

        assertThat(RedisEngineFixture.contents(target, archive.moment)).isEqualTo(archive.tables);
    }

    @Test
    void oneDifferingElementIsFound() throws Exception {
        RedisContent.fill(database);
        Archive archive = fixture.backUp(database);
        as(database, commands -> commands.hset(bytes("hash"), bytes("element 7"), bytes("another")));
        Archive later = fixture.backUp(database);

        try (ScratchDatabase scratch = fixture.restore(later.bytes, target)) {
            assertThat(fixture.differing(archive, scratch)).containsExactly("db0");
        }
    }

    @Test
    void keysThatExpireBetweenBackupAndRestoreDoNotCount() throws Exception {
        as(database, commands -> {
            commands.set(bytes("stays"), bytes("1"));
            commands.set(bytes("goes later"), bytes("1"), SetArgs.Builder.ex(Duration.ofHours(3)));
            return commands.set(bytes("goes soon"), bytes("1"), SetArgs.Builder.px(Duration.ofSeconds(2)));
        });
        Archive archive = fixture.backUp(database);
        assertThat(archive.tables.getFirst().allRows()).isEqualTo(3);
        Eventually.await(
                "the key's end",
                RedisEngineFixture.LONG,
                () -> as(database, commands -> commands.exists(bytes("goes soon"))) == 0);

        try (ScratchDatabase scratch = fixture.restore(archive.bytes, target)) {
            assertThat(scratch.fingerprints(archive.moment).getFirst().allRows())
                    .isEqualTo(2);
            assertThat(fixture.differing(archive, scratch)).isEmpty();
            scratch.replaceTarget();
        }
        assertThat(RedisContent.size(target)).isEqualTo(2);
    }

    @Test
    void aSnapshotIsOfOneMomentWhileTheTenantWrites() throws Exception {
        RedisContent.fill(database);
        AtomicBoolean writing = new AtomicBoolean(true);
        FutureTask<Long> written = new FutureTask<>(() -> writeWhile(writing));
        Thread.ofVirtual().start(written);
        Archive archive;
        try {
            Eventually.await(
                    "the first writes",
                    RedisEngineFixture.LONG,
                    () -> as(database, commands -> commands.exists(bytes("left"))) > 0);
            archive = fixture.backUp(database);
        } finally {
            writing.set(false);
        }
        assertThat(written.get()).isGreaterThan(1);

        try (ScratchDatabase scratch = fixture.restore(archive.bytes, target)) {
            assertThat(fixture.differing(archive, scratch)).isEmpty();
            scratch.replaceTarget();
        }
        assertThat(RedisContent.get(target, bytes("left")))
                .isNotNull()
                .isEqualTo(RedisContent.get(target, bytes("right")));
    }

    @Test
    void anEmptyDatabaseCanBeBackedUpAndRestored() throws Exception {
        as(target, commands -> commands.set(bytes("what was there"), bytes("before")));
        Archive archive = fixture.backUp(database);

        try (ScratchDatabase scratch = fixture.restore(archive.bytes, target)) {
            assertThat(fixture.differing(archive, scratch)).isEmpty();
            scratch.replaceTarget();
        }

        assertThat(archive.tables).isEmpty();
        assertThat(fixture.engine.isEmptyAndReplaceable(target)).isTrue();
    }

    @Test
    void aDatabaseWithKeysOrFunctionsIsNotEmpty() {
        assertThat(fixture.engine.isEmptyAndReplaceable(database)).isTrue();
        RedisContent.fill(database);
        assertThat(fixture.engine.isEmptyAndReplaceable(database)).isFalse();
        as(database, RedisCommands::flushall);
        assertThat(fixture.engine.isEmptyAndReplaceable(database))
                .as("functions are left")
                .isFalse();
    }

    private Long writeWhile(AtomicBoolean writing) {
        return as(database, commands -> {
            long count = 0;
            while (writing.get()) {
                commands.multi();
                commands.incr(bytes("left"));
                commands.incr(bytes("right"));
                commands.exec();
                count++;
            }
            return count;
        });
    }
}
