package io.godwit.replication.engine.redis;

import io.godwit.engines.PlacedDatabase;
import io.godwit.events.Failure;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.ReplicationException;
import io.godwit.replication.engine.UndoRecords;
import io.lettuce.core.RedisException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends streams and, with the last of a move, puts back the servers' settings. What can't be done, because a server does
 * not answer, is listed; being asked again does the rest.
 */
final class RedisStop {
    private static final Logger LOG = LoggerFactory.getLogger(RedisStop.class);

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
        List<Leftover> leftovers = new ArrayList<>();
        if (!targetIsHome(stream)) {
            keeper.leave(stream.migrationId());
            attempt(leftovers, "replication", stream.target(), RedisLink::detach);
        }
        records.remove(stream.migrationId(), stream.target().server().serverId(), RedisCopy.RECORD);
        finish(leftovers, stream);
        return requireCleanHome(leftovers, stream);
    }

    /**
     * Ends the stream back. Where the source is the home again that was done when it was unfenced; the target is let go
     * after a rollback, and goes on following after an undone attempt.
     */
    List<String> stopReverse(ChangeStream stream) throws InterruptedException {
        List<Leftover> leftovers = new ArrayList<>();
        if (targetIsHome(stream)) {
            keeper.leave(stream.migrationId());
            attempt(leftovers, "replication", stream.source(), RedisLink::detach);
            finish(leftovers, stream);
        } else if (fence.isRaised(stream.migrationId(), stream.target())) {
            keeper.leave(stream.migrationId());
            attempt(leftovers, "replication", stream.target(), RedisLink::detach);
            finish(leftovers, stream);
        }
        return requireCleanHome(leftovers, stream);
    }

    /** With the last stream go the settings that it needed. */
    private void finish(List<Leftover> leftovers, ChangeStream stream) throws InterruptedException {
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

    private void finish(List<Leftover> leftovers, ChangeStream stream, PlacedDatabase database)
            throws InterruptedException {
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

    private List<String> requireCleanHome(List<Leftover> leftovers, ChangeStream stream) {
        PlacedDatabase home = targetIsHome(stream) ? stream.target() : stream.source();
        String atHome = leftovers.stream()
                .filter(left -> left.serverId().equals(home.server().serverId()))
                .map(Leftover::text)
                .collect(Collectors.joining("; "));
        if (!atHome.isEmpty()) {
            throw new ReplicationException(
                    "HOME_NOT_CLEAN",
                    Failure.Kind.TRANSIENT,
                    "the move has left something where the database lives: " + atHome
                            + "; expected the server to answer");
        }
        return leftovers.stream().map(Leftover::text).toList();
    }

    private void attempt(List<Leftover> leftovers, String what, PlacedDatabase database, Removal removal)
            throws InterruptedException {
        try {
            sessions.with(database, session -> {
                removal.in(session);
                return true;
            });
        } catch (RedisException | ReplicationException e) {
            RedisFailures.rethrowInterrupt(e);
            String serverId = database.server().serverId();
            leftovers.add(new Leftover(serverId, what + " on server " + serverId + ": " + e.getMessage()));
            LOG.atWarn()
                    .setMessage("Could not remove what a move had made")
                    .addKeyValue("object", what)
                    .addKeyValue("server", serverId)
                    .addKeyValue("reason", e.getMessage())
                    .log();
        }
    }

    private record Leftover(String serverId, String text) {}

    /** Removes something in a session. */
    @FunctionalInterface
    private interface Removal {
        void in(RedisSession session) throws InterruptedException;
    }
}
