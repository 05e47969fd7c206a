package io.godwit.backup.engine.redis;

import io.godwit.backup.failure.OperationFailedException;
import io.godwit.engines.redis.RedisKeyspace;
import io.godwit.events.Failure;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.List;

/**
 * What a server must have so that a transaction with other contents can't fail in its middle: the commands of one that
 * runs are not undone.
 */
final class RedisRoom {
    private final RedisCommands<byte[], byte[]> target;
    private final RedisInfo info;

    /** @param info of the target */
    RedisRoom(RedisCommands<byte[], byte[]> target, RedisInfo info) {
        this.target = target;
        this.info = info;
    }

    /** @throws OperationFailedException saying what is missing */
    void requireFor(RedisCommands<byte[], byte[]> scratch) {
        requireMemory(RedisInfo.of(scratch).dataMemory());
        requireLogicalDatabases(RedisKeyspace.databases(scratch));
        requireFormat(RedisFunctions.formatVersion(scratch.functionDump()));
    }

    private void requireMemory(long bytes) {
        long limit = info.memoryLimit();
        if (limit > 0 && bytes > limit) {
            throw refused("the backup takes " + bytes + " bytes of memory; expected at most the server's maxmemory, "
                    + limit);
        }
    }

    private void requireLogicalDatabases(List<Integer> numbers) {
        int count = Integer.parseInt(target.configGet("databases").getOrDefault("databases", "0"));
        if (!numbers.isEmpty() && numbers.getLast() >= count) {
            throw refused("the backup has a logical database " + numbers.getLast()
                    + "; expected a number below the server's 'databases', " + count);
        }
    }

    private void requireFormat(int version) {
        int known = RedisFunctions.formatVersion(target.functionDump());
        if (version > known) {
            throw refused("the backup service's redis-server writes the RDB version " + version
                    + "; expected at most that of the server, " + known);
        }
    }

    private static OperationFailedException refused(String message) {
        return new OperationFailedException("SERVER_UNSUITABLE", message, Failure.Kind.CONFLICT);
    }
}
