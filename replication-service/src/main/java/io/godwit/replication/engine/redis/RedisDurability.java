package io.godwit.replication.engine.redis;

import io.godwit.events.Failure;
import io.godwit.replication.engine.ReplicationException;

/**
 * Whether a replica's data is on its disk. After a full copy the server writes its append-only file anew, in the
 * background; one that dies before it has done so starts with what it had before the copy. Whoever followed it then would
 * give up its own data for that.
 */
final class RedisDurability {
    private RedisDurability() {}

    /**
     * @return true also for a server that keeps nothing on disk, which preflight has named
     * @throws ReplicationException {@code TARGET_NOT_DURABLE} if the server could not write the file
     */
    static boolean isReached(RedisSession session) {
        RedisInfo info = session.info("persistence");
        if (info.number("aof_enabled") == 0) {
            return true;
        }
        if (info.number("aof_rewrite_in_progress") != 0 || info.number("aof_rewrite_scheduled") != 0) {
            return false;
        }
        if (!info.text("aof_last_bgrewrite_status").equals("ok")
                || !info.text("aof_last_write_status").equals("ok")) {
            throw new ReplicationException(
                    "TARGET_NOT_DURABLE",
                    Failure.Kind.EXHAUSTED,
                    "the target server can't write its append-only file; its log has the reason, often a full disk");
        }
        return true;
    }
}
