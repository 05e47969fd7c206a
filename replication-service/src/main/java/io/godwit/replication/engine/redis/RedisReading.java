package io.godwit.replication.engine.redis;

import io.lettuce.core.RedisFuture;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * How a key is read: as a whole by one command, as a digest that the server makes, or in pieces where it is too large for
 * either. The source's state decides for both servers, since the same value may take more memory on one than on the other.
 *
 * @param bytes about as many as the source needs for it
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record RedisReading(byte[] key, Form form, long bytes) {
    /** From there on it costs more to bring a value here than to have the server run a script. */
    private static final int LONG_BYTES = 4 * 1024;

    /** Takes a server well below a millisecond, for which everybody else waits. */
    private static final int WHOLE_BYTES = 64 * 1024;

    /** A script takes a server a few milliseconds. */
    private static final int SCRIPT_BYTES = 1 << 20;

    enum Form {
        ABSENT,
        STRING,
        LIST,
        SET,
        HASH,
        SORTED_SET,
        STREAM,
        LONG_STRING,
        LONG_LIST,
        LONG_STREAM,
        IN_PIECES
    }

    /** @param source a session in which the keys' logical database is chosen */
    static List<RedisReading> of(RedisSession source, List<byte[]> keys) throws InterruptedException {
        List<Asked> asked = source.together(() -> keys.stream()
                .map(key ->
                        new Asked(source.pipeline().type(key), source.pipeline().memoryUsage(key)))
                .toList());
        List<RedisReading> readings = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            String type = RedisAwait.answer(asked.get(i).type());
            long bytes =
                    Objects.requireNonNullElse(RedisAwait.answer(asked.get(i).bytes()), 0L);
            readings.add(new RedisReading(keys.get(i), form(type, bytes), bytes));
        }
        return readings;
    }

    private static Form form(String type, long bytes) {
        return switch (type) {
            case "none" -> Form.ABSENT;
            case "string" -> form(bytes, Form.STRING, Form.LONG_STRING);
            case "list" -> form(bytes, Form.LIST, Form.LONG_LIST);
            case "stream" -> form(bytes, Form.STREAM, Form.LONG_STREAM);
            case "set" -> form(bytes, Form.SET);
            case "hash" -> form(bytes, Form.HASH);
            case "zset" -> form(bytes, Form.SORTED_SET);
            default -> Form.IN_PIECES;
        };
    }

    private static Form form(long bytes, Form whole, Form byScript) {
        return bytes <= LONG_BYTES ? whole : bytes <= SCRIPT_BYTES ? byScript : Form.IN_PIECES;
    }

    private static Form form(long bytes, Form whole) {
        return bytes <= WHOLE_BYTES ? whole : Form.IN_PIECES;
    }

    /** What is to be known of a key. */
    private record Asked(RedisFuture<String> type, RedisFuture<Long> bytes) {}
}
