package io.godwit.backup.engine.redis;

import io.godwit.backup.engine.TableFingerprint;
import io.godwit.engines.redis.RedisConnections;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulRedisConnection;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** An archive in a folder of its own and a server that shows what it holds. Safe for use by several threads. */
final class RedisScratchData implements AutoCloseable {
    private final String name;
    private final RedisScratchFolders folders;
    private final RedisScratchServer server;
    private final RedisConnections connections;
    private final RedisProperties properties;

    RedisScratchData(
            String name,
            RedisScratchFolders folders,
            RedisScratchServer server,
            RedisConnections connections,
            RedisProperties properties) {
        this.name = name;
        this.folders = folders;
        this.server = server;
        this.connections = connections;
        this.properties = properties;
    }

    Path archive() {
        return server.archive();
    }

    RedisScratchServer server() {
        return server;
    }

    /** Starts the server where it does not run yet. */
    List<TableFingerprint> fingerprints(Instant moment) {
        server.start();
        try (StatefulRedisConnection<byte[], byte[]> connection = connections.openAdmin(server.access());
                RedisFingerprints fingerprints =
                        new RedisFingerprints(connection.sync(), moment, properties.longestRun())) {
            return fingerprints.take();
        } catch (RedisException e) {
            throw RedisFailures.of("FINGERPRINT_FAILED", "hashing the keys of " + name, server.access(), e);
        }
    }

    /** Ends the server and removes everything. */
    @Override
    public void close() {
        server.close();
        folders.remove(name);
    }
}
