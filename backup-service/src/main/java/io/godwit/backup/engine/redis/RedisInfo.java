package io.godwit.backup.engine.redis;

import io.godwit.backup.failure.OperationFailedException;
import io.godwit.events.Failure;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.HashMap;
import java.util.Map;

/** What a server tells about itself, read in one go. */
final class RedisInfo {
    private final Map<String, String> values = new HashMap<>();

    private RedisInfo(String text) {
        text.lines()
                .filter(line -> line.contains(":"))
                .forEach(line -> values.put(
                        line.substring(0, line.indexOf(':')),
                        line.substring(line.indexOf(':') + 1).strip()));
    }

    static RedisInfo of(RedisCommands<byte[], byte[]> commands) {
        return new RedisInfo(commands.info());
    }

    String version() {
        return values.getOrDefault("redis_version", "unknown");
    }

    /** In bytes, without what the server needs for itself. */
    long dataMemory() {
        return number("used_memory_dataset");
    }

    /** In bytes; 0 if there is no limit. */
    long memoryLimit() {
        return number("maxmemory");
    }

    /** @throws OperationFailedException with {@code DATABASE_BUSY} if a change stream leaves or enters the database */
    void requireNoReplication(String database) {
        boolean follows = !"master".equals(values.get("role"));
        long replicas = number("connected_slaves");
        if (follows || replicas > 0) {
            throw new OperationFailedException(
                    "DATABASE_BUSY",
                    "database " + database + " can't be replaced while "
                            + (follows ? "it follows another server" : replicas + " replicas follow it")
                            + "; complete or roll back its migration first, or wait for a backup of it",
                    Failure.Kind.CONFLICT);
        }
    }

    private long number(String name) {
        return Long.parseLong(values.getOrDefault(name, "0"));
    }
}
