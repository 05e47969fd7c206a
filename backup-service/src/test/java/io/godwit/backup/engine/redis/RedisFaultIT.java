package io.godwit.backup.engine.redis;

import static io.godwit.backup.engine.redis.RedisContent.as;
import static io.godwit.backup.engine.redis.RedisContent.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.backup.engine.ScratchDatabase;
import io.godwit.backup.failure.OperationFailedException;
import io.godwit.engines.DatabaseId;
import io.godwit.engines.Login;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.ServerAccess;
import io.godwit.engines.ServerAddress;
import io.godwit.processes.FreePorts;
import io.godwit.processes.redis.RedisInstallation;
import io.godwit.processes.redis.RedisInstance;
import io.godwit.testing.Eventually;
import io.godwit.testing.FaultyLink;
import io.godwit.testing.RedisServer;
import io.godwit.testing.TestSecrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class RedisFaultIT {
    private static final DatabaseId ORDERS = DatabaseId.parse("acme/orders");

    private static RedisServer server;
    private static PlacedDatabase database;
    private static RedisEngineFixture fixture;

    @BeforeAll
    static void start() throws IOException {
        server = RedisServer.start("faulty");
        database = server.createTenantDatabase(ORDERS);
        RedisContent.fill(database);
        // What does not compress: a snapshot in many pieces.
        as(database, commands -> {
            for (int i = 0; i < 16; i++) {
                byte[] noise = new byte[1 << 20];
                new Random(i).nextBytes(noise);
                commands.set(bytes("noise:" + i), noise);
            }
            return null;
        });
        fixture = new RedisEngineFixture("faults", Duration.ofSeconds(3));
    }

    @AfterAll
    static void stop() {
        fixture.close();
        server.close();
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        assertThat(fixture.scratchFolders()).as("folders left").isEmpty();
    }

    @Test
    void aDamagedArchiveIsRefusedWithWhatIsWrongWithIt() throws Exception {
        byte[] good = fixture.backUp(database).bytes;
        byte[] newer = good.clone();
        System.arraycopy(bytes("9999"), 0, newer, 5, 4);
        byte[] altered = good.clone();
        altered[altered.length - 3] ^= 1;

        assertFails("ARCHIVE_UNREADABLE", "it ends too early", () -> read(Arrays.copyOf(good, good.length / 2)));
        assertFails("ARCHIVE_UNREADABLE", "it ends too early", () -> read(new byte[0]));
        assertFails("ARCHIVE_UNREADABLE", "its checksum is wrong", () -> read(altered));
        assertFails("ARCHIVE_UNREADABLE", "it is no RDB file", () -> read(bytes("PGDMP and whatever follows it")));
        assertFails("ARCHIVE_TOO_NEW", "RDB version 9999", () -> read(newer));
    }

    @Test
    void aWrongPasswordIsNotTriedAgain() {
        ServerAccess access = server.access();
        Login wrong = new Login(access.admin().user(), TestSecrets.sealer().seal("wrong"));
        Login alsoWrong =
                new Login(access.replication().user(), TestSecrets.sealer().seal("wrong"));

        assertFails("SNAPSHOT_FAILED", "WRONGPASS", () -> fixture.backUp(with(access.address(), wrong, wrong)));
        assertFails(
                "SNAPSHOT_FAILED",
                "WRONGPASS",
                () -> fixture.backUp(with(access.address(), access.admin(), alsoWrong)));
    }

    @Test
    void aServerThatIsNotThereIsToldAsTransient() {
        ServerAccess access = server.access();
        ServerAddress nobody = new ServerAddress("127.0.0.1", FreePorts.any());

        assertFails(
                "SOURCE_UNREACHABLE",
                access.serverId(),
                () -> fixture.backUp(with(nobody, access.admin(), access.replication())));
    }

    @Test
    void aSourceThatIsLostInTheMiddleFailsTheBackup() throws Exception {
        try (FaultyLink link = FaultyLink.to(server.access().address())) {
            FutureTask<Void> backup = begin(link);
            link.cut();

            assertFails("SOURCE_UNREACHABLE", server.access().serverId(), () -> result(backup));
            Eventually.await("the end of the connections", RedisEngineFixture.LONG, () -> link.openConnections() == 0);
        }
    }

    @Test
    void aSourceFromWhichNothingMoreComesIsGivenUp() throws Exception {
        try (FaultyLink link = FaultyLink.to(server.access().address())) {
            FutureTask<Void> backup = begin(link);
            link.stall();

            assertFails("DUMP_STALLED", server.access().serverId(), () -> result(backup));
            link.pass();
            Eventually.await("the end of the connections", RedisEngineFixture.LONG, () -> link.openConnections() == 0);
        }
    }

    @Test
    void aDatabaseThatIsTooLargeIsNotFetched() throws Exception {
        try (RedisEngineFixture small =
                new RedisEngineFixture("small", Duration.ofSeconds(3), DataSize.ofMegabytes(1))) {
            assertFails("BACKUP_TOO_LARGE", "godwit.redis.largest-database", () -> small.backUp(database));
            assertThat(small.scratchFolders()).isEmpty();
        }
    }

    @Test
    void whatAKilledServiceLeftIsRemoved() throws Exception {
        byte[] archive = fixture.backUp(database).bytes;
        // No process has this number: the kernel's greatest is 2^22.
        Path left = fixture.scratchDirectory
                .resolve("9999999-1-00000000-0000-0000-0000-000000000000")
                .resolve("godwit_backup_left");
        Files.createDirectories(left);
        try (RedisScratchServer orphan =
                new RedisScratchServer(left, installation(), TestSecrets.sealer(), RedisEngineFixture.LONG)) {
            Files.write(orphan.archive(), archive);
            orphan.start();
            assertThat(new RedisInstance(left).running()).isPresent();

            fixture.engine.removeLeftovers();

            assertThat(left).doesNotExist();
            assertThat(new RedisInstance(left).running()).isEmpty();
        }
    }

    /** Returns when a part of the snapshot has arrived; the link is slow. */
    private static FutureTask<Void> begin(FaultyLink link) throws InterruptedException {
        link.delay(Duration.ofMillis(100));
        ServerAccess access = server.access();
        PlacedDatabase slow = with(link.address(), access.admin(), access.replication());
        FutureTask<Void> backup = new FutureTask<>(() -> {
            fixture.backUp(slow);
            return null;
        });
        Thread.ofVirtual().start(backup);
        Eventually.await("the snapshot's first part", RedisEngineFixture.LONG, () -> {
            for (Path folder : fixture.scratchFolders()) {
                Path archive = folder.resolve("data").resolve("archive.rdb");
                if (Files.exists(archive) && Files.size(archive) > 0) {
                    return true;
                }
            }
            return false;
        });
        return backup;
    }

    private static void result(FutureTask<Void> backup) throws Throwable {
        try {
            backup.get(RedisEngineFixture.LONG.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause();
        }
    }

    private static void read(byte[] archive) throws IOException {
        try (ScratchDatabase scratch = fixture.restore(archive, database)) {
            scratch.fingerprints(Instant.now());
        }
    }

    private static PlacedDatabase with(ServerAddress address, Login admin, Login replication) {
        ServerAccess access = server.access();
        return new PlacedDatabase(
                new ServerAccess(
                        access.serverId(),
                        access.engine(),
                        access.version(),
                        address,
                        access.security(),
                        admin,
                        replication),
                database.databaseName(),
                database.owner());
    }

    private static RedisInstallation installation() {
        return RedisInstallation.locate(RedisServer.serverProgram(), fixture.scratchDirectory);
    }

    private static void assertFails(String code, String words, ThrowingCallable work) {
        assertThatThrownBy(work)
                .hasMessageContaining(words)
                .isInstanceOfSatisfying(
                        OperationFailedException.class,
                        e -> assertThat(e.failure().code()).as(e.getMessage()).isEqualTo(code));
    }
}
