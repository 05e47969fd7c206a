package io.godwit.replication.engine.redis;

import io.godwit.engines.PlacedDatabase;
import io.godwit.events.Failure;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.ClientHold;
import io.godwit.replication.engine.MoveLimits;
import io.godwit.replication.engine.ReplicationException;
import io.lettuce.core.RedisException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns the stream around, and back again:
 *
 * <pre>
 *                 turn
 *  S master     ───────────▶  S follows T
 *  T follows S  ◀───────────  T master
 *               takeBack
 * </pre>
 *
 * No client can write anywhere but on S until the route leads to T. So S has everything for as long as anything is taken
 * back, and can be made a master whatever has become of T.
 */
final class RedisReverse {
    private static final Logger LOG = LoggerFactory.getLogger(RedisReverse.class);

    /** Clients wait meanwhile, and there is another way. */
    private static final Duration TAKE_BACK_TIMEOUT = Duration.ofSeconds(1);

    private final RedisSessions sessions;
    private final RedisFence fence;
    private final RedisLink link;
    private final RedisFailover failover;
    private final RedisLinkKeeper keeper;
    private final MoveLimits limits;

    RedisReverse(
            RedisSessions sessions,
            RedisFence fence,
            RedisLink link,
            RedisFailover failover,
            RedisLinkKeeper keeper,
            MoveLimits limits) {
        this.sessions = sessions;
        this.fence = fence;
        this.link = link;
        this.failover = failover;
        this.keeper = keeper;
        this.limits = limits;
    }

    /** Turns the flow around at the point where the target stands now. */
    void turn(ChangeStream stream) throws InterruptedException {
        if (!isTurned(stream)) {
            if (!fence.isRaised(stream.migrationId(), stream.source())) {
                throw new ReplicationException(
                        "SOURCE_NOT_FENCED",
                        Failure.Kind.CONFLICT,
                        "server " + stream.source().server().serverId()
                                + " still lets clients in; expected it to be fenced before the stream is turned"
                                + " around");
            }
            fence.raise(stream.migrationId(), stream.source(), stream.target(), ClientHold.UNLIMITED);
            exchangeRoles(stream);
        }
        lookAfter(stream);
    }

    boolean isTurned(ChangeStream stream) throws InterruptedException {
        RedisState source = state(stream.source());
        RedisState target = state(stream.target());
        return source.follows(stream.target()) && target.isMaster();
    }

    /** Applications wait, so a server that hangs must not be waited for as long as elsewhere. */
    RedisState state(PlacedDatabase database) throws InterruptedException {
        return sessions.with(database, session -> session.stateWithin(limits.flushTimeout()));
    }

    void exchangeRoles(ChangeStream stream) throws InterruptedException {
        failover.run(stream.source(), stream.target(), limits.flushTimeout());
    }

    /** Keeps the source a replica of the target, also when it is restarted, for as long as it is the one that is fenced. */
    void lookAfter(ChangeStream stream) {
        keeper.keep(stream);
    }

    /**
     * Makes a fenced server the master again, whatever a hand-over had come to.
     *
     * @param successor that was to take over; null if none was named
     */
    void takeBack(PlacedDatabase database, @Nullable PlacedDatabase successor) throws InterruptedException {
        RedisState state = sessions.with(database, session -> {
            RedisFailover.abort(session);
            return session.state();
        });
        if (state.isMaster()) {
            return;
        }
        if (successor != null && state.follows(successor) && state.linkUp()) {
            try {
                // Like this the other side follows again without copying anything.
                failover.run(successor, database, TAKE_BACK_TIMEOUT);
                return;
            } catch (ReplicationException | RedisException e) {
                RedisFailures.rethrowInterrupt(e);
                LOG.atWarn()
                        .setMessage("A server that was to take over does not give its role back")
                        .addKeyValue("server", successor.server().serverId())
                        .addKeyValue("reason", e.getMessage())
                        .log();
            }
        }
        sessions.with(database, session -> {
            RedisLink.detach(session);
            return true;
        });
    }

    /**
     * Has the side that was to take over follow again where it was the home before, that is when a rollback was undone.
     * Any other follows when the next attempt begins.
     */
    void lookAfterAgain(String migrationId, PlacedDatabase home, PlacedDatabase successor) {
        ChangeStream turned = new ChangeStream(migrationId, successor, home);
        if (fence.isRaised(migrationId, successor) && link.isCopied(turned)) {
            keeper.keep(turned);
        }
    }
}
