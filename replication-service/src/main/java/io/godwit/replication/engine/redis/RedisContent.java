package io.godwit.replication.engine.redis;

import io.godwit.events.Failure;
import io.godwit.replication.engine.ReplicationException;
import io.lettuce.core.FlushMode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is in a server, roughly: keys that have expired count until the server has removed them. */
final class RedisContent {
    private static final Pattern KEYS = Pattern.compile("keys=(\\d+),.*");

    private RedisContent() {}

    /** @return the number of keys of each logical database that has any */
    static Map<Integer, Long> keys(RedisSession session) {
        Map<Integer, Long> keys = new TreeMap<>();
        session.info("keyspace").fields().forEach((name, value) -> {
            Matcher matcher = KEYS.matcher(value);
            if (name.startsWith("db") && matcher.matches()) {
                keys.put(Integer.parseInt(name.substring(2)), Long.parseLong(matcher.group(1)));
            }
        });
        return keys;
    }

    static long count(RedisSession session) {
        return keys(session).values().stream().mapToLong(Long::longValue).sum();
    }

    /**
     * What the data takes in memory, without what the server and its connections take beside it.
     *
     * @return bytes
     */
    static long bytes(RedisSession session) {
        RedisInfo memory = session.info("memory");
        return Math.max(
                0,
                memory.number("used_memory")
                        - memory.number("used_memory_startup")
                        - memory.number("mem_clients_normal")
                        - memory.number("mem_clients_slaves")
                        - memory.number("mem_replication_backlog")
                        - memory.number("mem_aof_buffer"));
    }

    /**
     * @param mayDiscard whether what is there was copied in an earlier attempt
     * @throws ReplicationException {@code TARGET_NOT_EMPTY}
     */
    static void makeEmpty(RedisSession target, boolean mayDiscard) {
        Map<Integer, Long> keys = keys(target);
        List<String> libraries = RedisFunctions.read(target).names();
        if (keys.isEmpty() && libraries.isEmpty()) {
            return;
        }
        if (!mayDiscard) {
            throw new ReplicationException(
                    "TARGET_NOT_EMPTY",
                    Failure.Kind.CONFLICT,
                    "the target already has " + count(target) + " keys in logical databases " + keys.keySet()
                            + " and function libraries " + libraries + "; expected nothing");
        }
        // At once and not in the background: what is being freed still counts as used memory.
        target.commands().flushall();
        target.commands().functionFlush(FlushMode.SYNC);
    }
}
