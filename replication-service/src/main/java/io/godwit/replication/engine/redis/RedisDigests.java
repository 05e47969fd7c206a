package io.godwit.replication.engine.redis;

import io.godwit.engines.redis.RedisKeyDigests;
import io.godwit.events.Failure;
import io.godwit.replication.engine.ReplicationException;
import io.lettuce.core.RedisCommandExecutionException;
import java.util.HexFormat;

/** Digests of keys that may be written meanwhile. */
final class RedisDigests {
    static final String ABSENT = "absent";

    /** Equal to no digest. */
    private static final String CHANGED = "changed";

    private RedisDigests() {}

    /**
     * @param session in which the key's logical database is chosen
     * @return text that is equal for equal values; {@link #ABSENT} also for a key that has expired
     */
    static String of(RedisSession session, byte[] key) {
        try {
            return RedisKeyDigests.digest(session.commands(), key)
                    .map(HexFormat.of()::formatHex)
                    .orElse(ABSENT);
        } catch (RedisCommandExecutionException e) {
            if (String.valueOf(e.getMessage()).startsWith("WRONGTYPE")) {
                return CHANGED + System.nanoTime();
            }
            throw e;
        } catch (IllegalArgumentException e) {
            throw new ReplicationException(
                    "TYPE_NOT_COMPARABLE", Failure.Kind.CONFLICT, String.valueOf(e.getMessage()), e);
        }
    }
}
