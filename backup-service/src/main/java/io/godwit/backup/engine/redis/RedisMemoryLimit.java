package io.godwit.backup.engine.redis;

import io.lettuce.core.api.sync.RedisCommands;
import org.jspecify.annotations.Nullable;

/** A server's {@code maxmemory} in bytes, lifted for a time and put back. 0 is none. */
final class RedisMemoryLimit {
    private static final String NAME = "maxmemory";
    private static final String PREFIX = NAME + "=";
    private static final long NONE = 0;

    private RedisMemoryLimit() {}

    static String text(long limit) {
        return PREFIX + limit;
    }

    /** @param text null if nothing was lifted */
    static long parse(@Nullable String text) {
        return text == null || !text.startsWith(PREFIX) ? NONE : Long.parseLong(text.substring(PREFIX.length()));
    }

    static String lift(RedisCommands<byte[], byte[]> commands) {
        return commands.configSet(NAME, Long.toString(NONE));
    }

    /** Leaves a limit alone that somebody has set in the meantime. */
    static boolean putBack(RedisCommands<byte[], byte[]> commands, long limit) {
        boolean lifted = RedisInfo.of(commands).memoryLimit() == NONE;
        if (lifted && limit != NONE) {
            commands.configSet(NAME, Long.toString(limit));
        }
        return lifted;
    }
}
