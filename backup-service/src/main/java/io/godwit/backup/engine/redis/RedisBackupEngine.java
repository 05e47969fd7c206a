package io.godwit.backup.engine.redis;

import io.godwit.backup.engine.BackupEngine;
import io.godwit.backup.engine.DatabaseSnapshot;
import io.godwit.backup.engine.ScratchDatabase;
import io.godwit.backup.failure.OperationFailedException;
import io.godwit.engines.EngineId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.ServerAccess;
import io.godwit.engines.redis.RedisConnections;
import io.godwit.engines.redis.RedisKeyspace;
import io.godwit.events.Failure;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulRedisConnection;
import org.jspecify.annotations.Nullable;

/** Backs up Redis databases as RDB files, which their servers write of themselves as of one moment. */
final class RedisBackupEngine implements BackupEngine, AutoCloseable {
    private final RedisConnections connections;
    private final RedisWires wires;
    private final RedisScratchSpace space;
    private final RedisProperties properties;

    RedisBackupEngine(
            RedisConnections connections, RedisWires wires, RedisScratchSpace space, RedisProperties properties) {
        this.connections = connections;
        this.wires = wires;
        this.space = space;
        this.properties = properties;
    }

    @Override
    public EngineId id() {
        return EngineId.REDIS;
    }

    @Override
    public DatabaseSnapshot openSnapshot(PlacedDatabase database, String name) {
        ServerAccess server = database.server();
        RedisInfo info = look(database);
        long bytes = info.dataMemory();
        if (bytes > properties.largestDatabase().toBytes()) {
            throw new OperationFailedException(
                    "BACKUP_TOO_LARGE",
                    "database " + database.databaseName() + " takes " + bytes
                            + " bytes of memory; expected at most godwit.redis.largest-database, "
                            + properties.largestDatabase().toBytes(),
                    Failure.Kind.EXHAUSTED);
        }
        RedisScratchData data = space.create(name);
        boolean fetched = false;
        try (RedisArchiveFile archive = new RedisArchiveFile(data.archive())) {
            long length = new RedisTransfer(wires, properties).fetch(server, archive);
            fetched = true;
            return new RedisSnapshot(data, server, info.version(), length);
        } finally {
            if (!fetched) {
                data.close();
            }
        }
    }

    @Override
    public ScratchDatabase createScratch(PlacedDatabase beside, String name) {
        return new RedisScratch(space.create(name), replacement(beside), name);
    }

    @Override
    public void removeScratch(PlacedDatabase beside, String name) {
        space.remove(name);
    }

    @Override
    public boolean isEmptyAndReplaceable(PlacedDatabase database) {
        ServerAccess server = database.server();
        try (StatefulRedisConnection<byte[], byte[]> admin = connections.openAdmin(server)) {
            RedisInfo info = RedisInfo.of(admin.sync());
            info.requireNoReplication(database.databaseName());
            return RedisKeyspace.databases(admin.sync()).isEmpty() && RedisFunctions.none(admin.sync());
        } catch (RedisException e) {
            throw RedisFailures.of("TARGET_UNREADABLE", "looking into " + database.databaseName(), server, e);
        }
    }

    @Override
    public boolean recoverReplacement(PlacedDatabase target, String scratchName, @Nullable String setAside) {
        space.remove(scratchName);
        return replacement(target).recover(scratchName, RedisLimits.parse(setAside));
    }

    /** Removes what interrupted runs of this service left on this machine. */
    void removeLeftovers() {
        space.removeLeftovers();
    }

    /** Removes every archive that is looked into; the runs that do it fail. */
    @Override
    public void close() {
        space.close();
    }

    private RedisInfo look(PlacedDatabase database) {
        try (StatefulRedisConnection<byte[], byte[]> admin = connections.openAdmin(database.server())) {
            return RedisInfo.of(admin.sync());
        } catch (RedisException e) {
            throw RedisFailures.of("SNAPSHOT_FAILED", "a snapshot of " + database.databaseName(), database.server(), e);
        }
    }

    private RedisReplacement replacement(PlacedDatabase target) {
        return new RedisReplacement(target, connections, wires, properties);
    }
}
