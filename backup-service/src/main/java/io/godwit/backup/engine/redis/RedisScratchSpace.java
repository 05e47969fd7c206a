package io.godwit.backup.engine.redis;

import io.godwit.backup.failure.OperationFailedException;
import io.godwit.engines.SecretSealer;
import io.godwit.engines.redis.RedisConnections;
import io.godwit.events.Failure;
import io.godwit.processes.LocalProcessException;
import io.godwit.processes.redis.RedisInstallation;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where archives are looked into on this machine. Safe for use by several threads. */
final class RedisScratchSpace implements AutoCloseable {
    private final RedisScratchFolders folders;
    private final RedisConnections connections;
    private final SecretSealer sealer;
    private final RedisProperties properties;
    private @Nullable RedisInstallation installation;

    RedisScratchSpace(RedisConnections connections, SecretSealer sealer, RedisProperties properties) {
        this.folders = new RedisScratchFolders(properties.scratchDirectory());
        this.connections = connections;
        this.sealer = sealer;
        this.properties = properties;
    }

    /** What an earlier run left under that name is removed first, and what interrupted ones left under any. */
    RedisScratchData create(String name) {
        RedisInstallation found = installation();
        Path folder = folders.create(name);
        RedisScratchServer server = new RedisScratchServer(folder, found, sealer, properties.longestRun());
        return new RedisScratchData(name, folders, server, connections, properties);
    }

    /** Also where an interrupted run of another process left it. */
    void remove(String name) {
        folders.remove(name);
        removeLeftovers();
    }

    void removeLeftovers() {
        folders.removeLeftovers();
    }

    @Override
    public void close() {
        folders.close();
    }

    /** Looked for when it is needed: a service that backs up other engines only does without. */
    private synchronized RedisInstallation installation() {
        if (installation == null) {
            try {
                installation = RedisInstallation.locate(
                        properties.serverProgram(),
                        properties.scratchDirectory().resolve("redis"));
            } catch (LocalProcessException e) {
                throw new OperationFailedException(
                        "TOOL_MISSING", String.valueOf(e.getMessage()), Failure.Kind.INTERNAL, e);
            }
        }
        return installation;
    }
}
