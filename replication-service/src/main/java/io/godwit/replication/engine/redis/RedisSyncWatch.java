package io.godwit.replication.engine.redis;

import io.godwit.events.Failure;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.MoveLimits;
import io.godwit.replication.engine.ReplicationException;
import java.time.Duration;
import java.util.List;

/** Notices that a replica's link does not come up, or breaks again and again. */
final class RedisSyncWatch {
    private static final int COPIES_MAX = 3;

    private final ChangeStream stream;
    private final RedisSession source;
    private final RedisSession target;
    private final Duration stall;
    private final long copiesBefore;
    private List<String> seen = List.of();
    private long changed = System.nanoTime();

    RedisSyncWatch(ChangeStream stream, RedisSession source, RedisSession target, MoveLimits limits) {
        this.stream = stream;
        this.source = source;
        this.target = target;
        this.stall = limits.stallTimeout();
        this.copiesBefore = copies();
    }

    /** @throws ReplicationException {@code LINK_STALLED} or {@code LINK_BREAKS} */
    void check() {
        RedisInfo there = target.info("replication");
        RedisInfo memory = target.info("persistence");
        RedisInfo here = source.info("persistence");
        List<String> progress = List.of(
                there.text("master_link_status"),
                there.text("master_sync_in_progress"),
                there.text("master_sync_read_bytes"),
                there.text("slave_repl_offset"),
                memory.text("loading_loaded_bytes"),
                memory.text("current_save_keys_processed"),
                here.text("current_save_keys_processed"));
        if (there.text("master_link_status").equals("up") || !progress.equals(seen)) {
            seen = progress;
            changed = System.nanoTime();
        } else if (System.nanoTime() - changed > stall.toNanos()) {
            throw new ReplicationException(
                    "LINK_STALLED",
                    Failure.Kind.TRANSIENT,
                    "for " + stall + " nothing has come from server "
                            + stream.source().server().serverId() + " to server "
                            + stream.target().server().serverId()
                            + "; the log of either has the reason, often a login or a network that refuses");
        }
        long copies = copies() - copiesBefore;
        if (copies > COPIES_MAX) {
            throw new ReplicationException(
                    "LINK_BREAKS",
                    Failure.Kind.EXHAUSTED,
                    "the source had to copy everything " + copies + " times over, often because more is written during"
                            + " a copy than it may keep for the target");
        }
    }

    private long copies() {
        return source.info("stats").number("sync_full");
    }
}
