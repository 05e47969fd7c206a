package io.godwit.replication.engine.redis;

import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.ServerAccess;
import io.godwit.engines.ServerAddress;
import io.godwit.engines.redis.RedisConnections;
import io.lettuce.core.RedisException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps an administrator's session per server open between the steps of a move, because the steps inside the pause have
 * no time to log in. Safe for use by several threads.
 */
final class RedisSessions {
    private final RedisConnections connections;
    private final Map<Key, RedisSession> kept = new HashMap<>();

    RedisSessions(RedisConnections connections) {
        this.connections = connections;
    }

    /** Opens a session that the caller closes: one in which another logical database may be chosen. */
    RedisSession open(ServerAccess server) {
        return new RedisSession(connections, server);
    }

    RedisSession open(PlacedDatabase database) {
        return open(database.server());
    }

    /**
     * Works in the kept session, or a new one. If the kept one turns out to be dead, the work is done again in a new one:
     * it must be such that this does no harm.
     */
    <T> T with(PlacedDatabase database, Work<T> work) throws InterruptedException {
        RedisSession before = find(database);
        if (before != null) {
            try {
                return work.in(before);
            } catch (RedisException e) {
                if (!RedisFailures.isConnectionFailure(e)
                        || before.isOpen()
                        || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
            }
        }
        return work.in(keep(database));
    }

    /** Closes the kept session of a database. */
    void release(PlacedDatabase database) {
        RedisSession session;
        synchronized (this) {
            session = kept.remove(Key.of(database));
        }
        if (session != null) {
            session.close();
        }
    }

    void close() {
        List<RedisSession> all;
        synchronized (this) {
            all = List.copyOf(kept.values());
            kept.clear();
        }
        all.forEach(RedisSession::close);
    }

    private synchronized @Nullable RedisSession find(PlacedDatabase database) {
        RedisSession session = kept.get(Key.of(database));
        return session != null && session.isOpen() ? session : null;
    }

    private RedisSession keep(PlacedDatabase database) {
        RedisSession opened = open(database);
        RedisSession replaced;
        RedisSession result;
        synchronized (this) {
            RedisSession other = kept.get(Key.of(database));
            if (other != null && other.isOpen()) {
                // Somebody else was faster.
                replaced = opened;
                result = other;
            } else {
                replaced = other;
                result = opened;
                kept.put(Key.of(database), opened);
            }
        }
        if (replaced != null) {
            replaced.close();
        }
        return result;
    }

    /** A host's processes share its server's id. */
    private record Key(String serverId, ServerAddress address) {
        static Key of(PlacedDatabase database) {
            return new Key(database.server().serverId(), database.server().address());
        }
    }

    /**
     * What is done in a session.
     *
     * @param <T> its result
     */
    @FunctionalInterface
    interface Work<T> {
        T in(RedisSession session) throws InterruptedException;
    }
}
