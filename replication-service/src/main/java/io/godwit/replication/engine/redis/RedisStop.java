package io.godwit.replication.engine.redis;

import io.godwit.engines.PlacedDatabase;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.Leftovers;
import io.godwit.replication.engine.ReplicationException;
import io.godwit.replication.engine.UndoRecords;
import io.lettuce.core.RedisException;
import java.util.List;

/**
 * Ends streams and, with the last of a move, puts back the servers' settings. What can't be done, because a server does
 * not answer, is listed; being asked again does the rest.
 */
final class RedisStop {
    private final RedisSessions sessions;
    private final RedisLinkSettings settings;
    private final RedisFence fence;
    private final RedisLinkKeeper keeper;
    private final UndoRecords records;

    RedisStop(
            RedisSessions sessions,
            RedisLinkSettings settings,
            RedisFence fence,
            RedisLinkKeeper keeper,
            UndoRecords records) {
        this.sessions = sessions;
        this.settings = settings;
        this.fence = fence;
        this.keeper = keeper;
        this.records = records;
    }

    /**
     * Ends the stream. The one back is left alone where it flows.
     *
     * @throws ReplicationException {@code HOME_NOT_CLEAN} if something is left where the database lives
     */
    List<String> stop(ChangeStream stream) throws InterruptedException {
        Leftovers leftovers = new Leftovers();
        if (!targetIsHome(stream)) {
            keeper.leave(stream.migrationId());
            attempt(leftovers, "replication", stream.target(), RedisLink::detach);
        }
        records.remove(stream.migrationId(), stream.target().server().serverId(), RedisCopy.RECORD);
        finish(leftovers, stream);
        return leftovers.requireClean(home(stream));
    }

    /**
     * Ends the stream back. Where the source is the home again that was done when it was unfenced; the target is let go
     * after a rollback, and goes on following after an undone attempt.
     */
    List<String> stopReverse(ChangeStream stream) throws InterruptedException {
        Leftovers leftovers = new Leftovers();
        if (targetIsHome(stream)) {
            keeper.leave(stream.migrationId());
            attempt(leftovers, "replication", stream.source(), RedisLink::detach);
            finish(leftovers, stream);
        } else if (fence.isRaised(stream.migrationId(), stream.target())) {
            keeper.leave(stream.migrationId());
            attempt(leftovers, "replication", stream.target(), RedisLink::detach);
            finish(leftovers, stream);
        }
        return leftovers.requireClean(home(stream));
    }

    /** With the last stream go the settings that it needed. */
    private void finish(Leftovers leftovers, ChangeStream stream) throws InterruptedException {
        if (!follows(stream.target(), stream.source()) && !follows(stream.source(), stream.target())) {
            finish(leftovers, stream, stream.source());
            finish(leftovers, stream, stream.target());
            records.remove(stream.migrationId(), stream.source().server().serverId(), RedisPendingKeys.RECORD);
            if (targetIsHome(stream)) {
                records.remove(stream.migrationId(), stream.target().server().serverId(), RedisCopy.BEGUN);
            }
        }
        sessions.release(stream.source());
        sessions.release(stream.target());
    }

    private void finish(Leftovers leftovers, ChangeStream stream, PlacedDatabase database) throws InterruptedException {
        if (settings.areRaised(stream.migrationId(), database)) {
            attempt(
                    leftovers,
                    "settings of replication",
                    database,
                    session -> settings.restore(session, stream.migrationId(), database));
        }
    }

    /** A server that does not answer follows nobody: when it starts again it is a master. */
    private boolean follows(PlacedDatabase follower, PlacedDatabase leader) throws InterruptedException {
        try {
            return sessions.with(follower, RedisSession::state).follows(leader);
        } catch (RedisException e) {
            RedisFailures.rethrowInterrupt(e);
            return false;
        }
    }

    /** The source stays fenced when the target has become the database's home. */
    private boolean targetIsHome(ChangeStream stream) {
        return fence.isRaised(stream.migrationId(), stream.source());
    }

    private PlacedDatabase home(ChangeStream stream) {
        return targetIsHome(stream) ? stream.target() : stream.source();
    }

    private void attempt(Leftovers leftovers, String what, PlacedDatabase database, Removal removal)
            throws InterruptedException {
        try {
            sessions.with(database, session -> {
                removal.in(session);
                return true;
            });
        } catch (RedisException | ReplicationException e) {
            RedisFailures.rethrowInterrupt(e);
            leftovers.note(what, database, e);
        }
    }

    /** Removes something in a session. */
    @FunctionalInterface
    private interface Removal {
        void in(RedisSession session) throws InterruptedException;
    }
}
