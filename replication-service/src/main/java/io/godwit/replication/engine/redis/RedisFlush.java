package io.godwit.replication.engine.redis;

import io.godwit.events.Failure;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.MoveLimits;
import io.godwit.replication.engine.ReplicationException;
import java.time.Duration;
import java.util.List;

/** The last of the source's state, brought to the target while the source is fenced. The stream carries everything. */
final class RedisFlush {
    private static final Duration POLL = Duration.ofMillis(1);

    private final RedisSessions sessions;
    private final RedisPendingKeys pending;
    private final MoveLimits limits;

    RedisFlush(RedisSessions sessions, RedisPendingKeys pending, MoveLimits limits) {
        this.sessions = sessions;
        this.pending = pending;
        this.limits = limits;
    }

    void flush(ChangeStream stream, RedisPosition position) throws Exception {
        awaitArrival(stream, position);
        comparePending(stream, position);
    }

    /**
     * What could not be compared while writes went on is compared now, if there is any.
     *
     * @throws ReplicationException {@code VERIFICATION_FAILED}
     */
    void comparePending(ChangeStream stream, RedisPosition position) throws Exception {
        List<RedisPendingKeys.Pending> keys = pending.load(stream);
        if (!keys.isEmpty()) {
            awaitArrival(stream, position);
            pending.requireEqual(stream, keys);
        }
    }

    /**
     * Returns when the target has everything up to the position.
     *
     * @throws ReplicationException {@code STREAM_MISSING} or {@code FLUSH_TIMEOUT}
     */
    void awaitArrival(ChangeStream stream, RedisPosition position) throws InterruptedException {
        long deadline = System.nanoTime() + limits.flushTimeout().toNanos();
        sessions.with(stream.target(), target -> {
            RedisState state = target.state();
            while (!state.hasReached(position) || (!state.isMaster() && !state.linkUp())) {
                if (state.isMaster()) {
                    throw RedisLink.missing(stream, Failure.Kind.TRANSIENT);
                }
                if (System.nanoTime() > deadline) {
                    throw new ReplicationException(
                            "FLUSH_TIMEOUT",
                            Failure.Kind.TRANSIENT,
                            "the target has not reached position " + position + " within " + limits.flushTimeout()
                                    + "; it is at " + state.position());
                }
                Thread.sleep(POLL);
                state = target.state();
            }
            return true;
        });
    }
}
