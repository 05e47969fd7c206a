package io.godwit.replication.engine.redis;

import io.godwit.engines.PlacedDatabase;
import io.godwit.events.Failure;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.ReplicationException;
import io.godwit.replication.engine.UndoRecords;
import java.util.stream.Stream;

/**
 * One server following another. To follow is to give up all data of one's own, so it is asked of no server that may be
 * the database's home.
 */
final class RedisLink {
    private final RedisSessions sessions;
    private final RedisLinkSettings settings;
    private final RedisFence fence;
    private final UndoRecords records;

    RedisLink(RedisSessions sessions, RedisLinkSettings settings, RedisFence fence, UndoRecords records) {
        this.sessions = sessions;
        this.settings = settings;
        this.fence = fence;
        this.records = records;
    }

    /** Makes the target a replica of the source, if it is not; returns before it has anything. */
    void follow(ChangeStream stream) throws InterruptedException {
        prepare(stream);
        sessions.with(stream.target(), target -> {
            if (!target.state().follows(stream.source())) {
                target.commands()
                        .replicaof(
                                stream.source().server().address().host(),
                                stream.source().server().address().port());
            }
            return true;
        });
    }

    /** Gives both servers what they need to follow each other, again if one was restarted. */
    void prepare(ChangeStream stream) throws InterruptedException {
        prepare(stream, stream.source(), stream.target());
        prepare(stream, stream.target(), stream.source());
    }

    private void prepare(ChangeStream stream, PlacedDatabase database, PlacedDatabase peer)
            throws InterruptedException {
        sessions.with(database, session -> {
            settings.raise(session, stream.migrationId(), database, peer);
            return true;
        });
    }

    /** Makes a stream flow that was copied before and stands still, because a server was restarted or an attempt undone. */
    void ensureFlow(ChangeStream stream) throws InterruptedException {
        if (!sessions.with(stream.target(), RedisSession::state).follows(stream.source())) {
            RedisState source = sessions.with(stream.source(), RedisSession::state);
            if (!isCopied(stream)
                    || fence.isRaised(stream.migrationId(), stream.source())
                    || !source.isMaster()
                    || source.failingOver()) {
                throw missing(stream, Failure.Kind.CONFLICT);
            }
        }
        follow(stream);
    }

    /** Whether the move has a copy, on whichever side it began, that was not stopped. */
    boolean isCopied(ChangeStream stream) {
        return Stream.of(stream.source(), stream.target())
                .anyMatch(database -> records.find(
                                stream.migrationId(),
                                database.server().serverId(),
                                RedisCopy.RECORD,
                                RedisCopy.Done.class)
                        .isPresent());
    }

    /** @throws ReplicationException {@code STREAM_MISSING} if the target does not follow, or not at this moment */
    void requireFlow(ChangeStream stream) throws InterruptedException {
        RedisState state = sessions.with(stream.target(), RedisSession::state);
        if (!state.follows(stream.source()) || !state.linkUp()) {
            throw missing(stream, Failure.Kind.TRANSIENT);
        }
    }

    static ReplicationException missing(ChangeStream stream, Failure.Kind kind) {
        return new ReplicationException(
                "STREAM_MISSING",
                kind,
                "no stream flows from server " + stream.source().server().serverId() + " to server "
                        + stream.target().server().serverId());
    }

    /** Makes the server a master with the data it has; does nothing if it is one. */
    static void detach(RedisSession session) throws InterruptedException {
        RedisFailover.abort(session);
        if (!session.state().isMaster()) {
            session.commands().replicaofNoOne();
        }
    }
}
