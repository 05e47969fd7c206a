package io.godwit.engines.redis;

import io.lettuce.core.api.sync.RedisCommands;
import java.util.Objects;

/** How many elements of a value are read at once. */
final class ChunkSize {
    private static final long BYTES = 1 << 20;
    private static final int MOST = 1000;

    private ChunkSize() {}

    /** @param elements in the value; the server estimates their size from a few of them */
    static int of(RedisCommands<byte[], byte[]> commands, byte[] key, long elements) {
        if (elements == 0) {
            return 1;
        }
        Long usage = Objects.requireNonNullElse(commands.memoryUsage(key), 0L);
        long perElement = Math.max(1, usage / elements);
        return Math.clamp(BYTES / perElement, 1, MOST);
    }
}
