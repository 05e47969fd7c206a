package io.godwit.backup.engine.redis;

import io.godwit.backup.engine.ArchiveOrigin;
import io.godwit.backup.engine.DatabaseSnapshot;
import io.godwit.backup.engine.FingerprintComparison;
import io.godwit.backup.engine.ScratchDatabase;
import io.godwit.backup.engine.TableFingerprint;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.redis.RedisConnections;
import io.godwit.testing.RedisServer;
import io.godwit.testing.TestDirectory;
import io.godwit.testing.TestSecrets;
import io.lettuce.core.api.StatefulRedisConnection;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.util.unit.DataSize;

/** An engine with a folder of its own. */
final class RedisEngineFixture implements AutoCloseable {
    static final Duration LONG = Duration.ofSeconds(60);

    final Path scratchDirectory;
    final RedisBackupEngine engine;

    /** What a backup consists of. */
    static final class Archive {
        final byte[] bytes;
        final List<TableFingerprint> tables;
        final Instant moment;

        Archive(byte[] bytes, List<TableFingerprint> tables, Instant moment) {
            this.bytes = bytes;
            this.tables = tables;
            this.moment = moment;
        }
    }

    /** @param stallTimeout of the engine */
    RedisEngineFixture(String name, Duration stallTimeout) throws IOException {
        this(name, stallTimeout, DataSize.ofGigabytes(1));
    }

    RedisEngineFixture(String name, Duration stallTimeout, DataSize largestDatabase) throws IOException {
        this.scratchDirectory = TestDirectory.resolve("scratch-" + name);
        RedisProperties properties =
                new RedisProperties(RedisServer.serverProgram(), scratchDirectory, stallTimeout, LONG, largestDatabase);
        RedisConnections connections = RedisServer.connections();
        this.engine = new RedisBackupEngine(
                connections,
                new RedisWires(TestSecrets.sealer(), TestSecrets.caCertificate()),
                new RedisScratchSpace(connections, TestSecrets.sealer(), properties),
                properties);
    }

    Archive backUp(PlacedDatabase database) throws IOException {
        Instant moment = Instant.now();
        try (DatabaseSnapshot snapshot = engine.openSnapshot(database, "godwit_backup_it")) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            snapshot.dumpTo(bytes);
            return new Archive(bytes.toByteArray(), snapshot.fingerprints(moment), moment);
        }
    }

    /** @return a scratch database with the archive in it; the caller closes it */
    ScratchDatabase restore(byte[] archive, PlacedDatabase beside) throws IOException {
        ScratchDatabase scratch = engine.createScratch(beside, "godwit_restore_it");
        scratch.restore(
                new ByteArrayInputStream(archive),
                new ArchiveOrigin(beside.owner().user(), List.of()));
        return scratch;
    }

    Set<String> differing(Archive archive, ScratchDatabase scratch) {
        Instant begun = Instant.now();
        List<TableFingerprint> restored = scratch.fingerprints(archive.moment);
        return new FingerprintComparison(begun, Instant.now()).differing(archive.tables, restored);
    }

    /** What a server holds, as it would stand in a manifest. */
    static List<TableFingerprint> contents(PlacedDatabase database, Instant moment) {
        try (StatefulRedisConnection<byte[], byte[]> admin =
                        RedisServer.connections().openAdmin(database.server());
                RedisFingerprints fingerprints = new RedisFingerprints(admin.sync(), moment, LONG)) {
            return fingerprints.take();
        }
    }

    /** The folders in which archives are looked into at the moment. */
    List<Path> scratchFolders() throws IOException {
        if (!Files.isDirectory(scratchDirectory)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.walk(scratchDirectory, 2)) {
            return folders.filter(folder -> folder.getFileName().toString().startsWith("godwit_"))
                    .toList();
        }
    }

    @Override
    public void close() {
        engine.close();
    }
}
