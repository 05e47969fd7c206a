package io.godwit.backup.engine.redis;

import io.lettuce.core.api.sync.RedisCommands;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a server sets against a transaction as large as its data, in bytes. Lifted for a time and put back.
 *
 * @param memory {@code maxmemory}: what is queued counts, and the tenant's keys would be evicted for it; 0 is none
 * @param queryBuffer {@code client-query-buffer-limit}: from 7.4 on all that a client has queued counts; 0 is unknown
 */
record RedisLimits(long memory, long queryBuffer) {
    private static final String MEMORY = "maxmemory";
    private static final String QUERY_BUFFER = "client-query-buffer-limit";
    private static final long NO_MEMORY_LIMIT = 0;
    /** The greatest that servers take; there is no way to have none. */
    private static final long LARGEST_QUERY_BUFFER = Long.MAX_VALUE;

    private static final long UNKNOWN = 0;

    static RedisLimits of(RedisCommands<byte[], byte[]> commands) {
        return new RedisLimits(value(commands, MEMORY), value(commands, QUERY_BUFFER));
    }

    /** @param text as of {@link #text}, also of a service that knew the one limit only; null if nothing was lifted */
    static RedisLimits parse(@Nullable String text) {
        long memory = NO_MEMORY_LIMIT;
        long queryBuffer = UNKNOWN;
        for (String setting : text == null ? new String[0] : text.split(" ", -1)) {
            if (setting.startsWith(MEMORY + "=")) {
                memory = Long.parseLong(setting, MEMORY.length() + 1, setting.length(), 10);
            } else if (setting.startsWith(QUERY_BUFFER + "=")) {
                queryBuffer = Long.parseLong(setting, QUERY_BUFFER.length() + 1, setting.length(), 10);
            }
        }
        return new RedisLimits(memory, queryBuffer);
    }

    String text() {
        return MEMORY + "=" + memory + " " + QUERY_BUFFER + "=" + queryBuffer;
    }

    void lift(RedisCommands<byte[], byte[]> commands) {
        commands.configSet(MEMORY, Long.toString(NO_MEMORY_LIMIT));
        if (queryBuffer != UNKNOWN) {
            commands.configSet(QUERY_BUFFER, Long.toString(LARGEST_QUERY_BUFFER));
        }
    }

    /** Leaves a limit alone that somebody has set in the meantime. */
    void putBack(RedisCommands<byte[], byte[]> commands) {
        RedisLimits now = of(commands);
        if (now.memory == NO_MEMORY_LIMIT && memory != NO_MEMORY_LIMIT) {
            commands.configSet(MEMORY, Long.toString(memory));
        }
        if (now.queryBuffer == LARGEST_QUERY_BUFFER && queryBuffer != UNKNOWN) {
            commands.configSet(QUERY_BUFFER, Long.toString(queryBuffer));
        }
    }

    private static long value(RedisCommands<byte[], byte[]> commands, String name) {
        Map<String, String> values = commands.configGet(name);
        return Long.parseLong(values.getOrDefault(name, "0"));
    }
}
