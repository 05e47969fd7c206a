package io.godwit.replication.engine.redis;

import io.godwit.events.Failure;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.ClientHold;
import io.godwit.replication.engine.HandOverResult;
import io.godwit.replication.engine.ReplicationException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done while applications wait. The failover waits by itself until the target has everything, so that nothing else
 * has to:
 *
 * <pre>
 *  source  users off, connections closed ─ marker ─ FAILOVER ─ follows the target
 *  target                                            └ master
 * </pre>
 *
 * The stream back flows whether it was wanted or not, until it is stopped: a server that stands still could follow again
 * only by copying everything, and a hand-over may yet be undone.
 */
final class RedisHandOver {
    private static final Logger LOG = LoggerFactory.getLogger(RedisHandOver.class);

    private final RedisSessions sessions;
    private final RedisFence fence;
    private final RedisFlush flush;
    private final RedisReverse reverse;

    RedisHandOver(RedisSessions sessions, RedisFence fence, RedisFlush flush, RedisReverse reverse) {
        this.sessions = sessions;
        this.fence = fence;
        this.flush = flush;
        this.reverse = reverse;
    }

    HandOverResult run(ChangeStream stream, boolean back, ClientHold hold) throws Exception {
        long begun = System.nanoTime();
        if (isLeftToDo(stream)) {
            RedisPosition position = fence.raise(stream.migrationId(), stream.source(), stream.target(), hold);
            long closed = System.nanoTime();
            flush.comparePending(stream, position);
            reverse.exchangeRoles(stream);
            requireReached(stream, position);
            LOG.atInfo()
                    .setMessage("Handed a database over")
                    .addKeyValue("migration", stream.migrationId())
                    .addKeyValue("closedMillis", millis(begun, closed))
                    .addKeyValue("turnedMillis", millis(closed, System.nanoTime()))
                    .log();
        }
        if (back) {
            reverse.lookAfter(stream);
        }
        RedisState target = reverse.state(stream.target());
        return new HandOverResult(target.previous().toString(), 0);
    }

    private boolean isDone(ChangeStream stream) throws InterruptedException {
        return fence.find(stream.migrationId(), stream.source()).stream()
                        .anyMatch(raised -> stream.target().equals(raised.successor()))
                && reverse.isTurned(stream);
    }

    /** @throws ReplicationException {@code STREAM_MISSING} if it is, and can't be done */
    private boolean isLeftToDo(ChangeStream stream) throws InterruptedException {
        if (isDone(stream)) {
            return false;
        }
        // While a failover that an earlier life of the service began is under way, it needs no link.
        if (reverse.state(stream.source()).failingOver()) {
            return true;
        }
        RedisState target = reverse.state(stream.target());
        if (target.follows(stream.source()) && target.linkUp()) {
            return true;
        }
        // It may have ended since the first look.
        if (isDone(stream)) {
            return false;
        }
        throw RedisLink.missing(stream, Failure.Kind.TRANSIENT);
    }

    private void requireReached(ChangeStream stream, RedisPosition position) throws InterruptedException {
        RedisState target = reverse.state(stream.target());
        if (!target.hasReached(position)) {
            throw new ReplicationException(
                    "POSITION_NOT_REACHED",
                    Failure.Kind.INTERNAL,
                    "the target has taken over at " + target.previous() + ", before position " + position
                            + " of the source");
        }
    }

    /**
     * Does what handing over does that can be done while writes go on, so that nothing in the pause happens for the first
     * time.
     */
    void rehearse(ChangeStream stream) throws InterruptedException {
        RedisPosition position = sessions.with(stream.source(), source -> {
            RedisFence.clients(source.commands().aclList(), stream.source().server());
            return source.state().position();
        });
        flush.awaitArrival(stream, position);
        sessions.with(stream.target(), target -> {
            target.requestAcknowledgement();
            return true;
        });
        isDone(stream);
    }

    private static long millis(long from, long to) {
        return Duration.ofNanos(to - from).toMillis();
    }
}
