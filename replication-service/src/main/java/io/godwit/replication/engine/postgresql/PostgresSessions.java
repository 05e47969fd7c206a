package io.godwit.replication.engine.postgresql;

import io.godwit.engines.Login;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.ServerAccess;
import io.godwit.engines.postgresql.PostgresConnections;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps administrators' sessions open between the steps of a move, because the steps inside the pause have no time to
 * log in. Safe for use by several threads.
 */
final class PostgresSessions {
    /** How many the steps inside the pause use at once, of one database. */
    static final int WARM = 3;

    private static final int IDLE_PER_DATABASE = 4;
    private static final Duration IDLE_MAX = Duration.ofMinutes(3);

    private final PostgresConnections connections;
    private final Duration silence;
    private final InstantSource clock;
    private final Map<Key, Deque<Idle>> idle = new HashMap<>();

    PostgresSessions(PostgresConnections connections, Duration silence, InstantSource clock) {
        this.connections = connections;
        this.silence = silence;
        this.clock = clock;
    }

    /** Opens a session that the caller closes. */
    PostgresSession open(ServerAccess server, String database) throws SQLException {
        Connection connection = connections.openAdmin(server, database);
        try {
            return PostgresSession.ofAdmin(connection, silence);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** Opens a session, that the caller closes, of somebody who is no administrator. */
    PostgresSession openAs(Login login, PlacedDatabase database) throws SQLException {
        Connection connection = connections.openAs(database.server(), login, database.databaseName());
        try {
            return PostgresSession.ofDeputy(connection, silence);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    PostgresSession open(PlacedDatabase database) throws SQLException {
        return open(database.server(), database.databaseName());
    }

    /**
     * Works in a kept session, or a new one. If a kept one turns out to be dead, the work is done again in a new one: it
     * must be such that this does no harm.
     */
    <T> T with(PlacedDatabase database, Work<T> work) throws SQLException, InterruptedException {
        Key key = Key.of(database);
        PostgresSession kept = take(key);
        if (kept != null) {
            try {
                return workAndKeep(key, kept, work);
            } catch (SQLException e) {
                if (!PostgresFailures.isConnectionFailure(e)
                        || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
            }
        }
        return workAndKeep(key, open(database), work);
    }

    private <T> T workAndKeep(Key key, PostgresSession session, Work<T> work)
            throws SQLException, InterruptedException {
        boolean done = false;
        try {
            T result = work.in(session);
            done = true;
            return result;
        } finally {
            if (!done || !keep(key, session)) {
                session.close();
            }
        }
    }

    /** Closes the kept sessions of a database, which would stand in the way of dropping it. */
    void release(PlacedDatabase database) {
        Deque<Idle> sessions;
        synchronized (this) {
            sessions = idle.remove(Key.of(database));
        }
        if (sessions != null) {
            sessions.forEach(entry -> closeQuietly(entry.session));
        }
    }

    /** Closes what nobody has used for a while. */
    void releaseIdle() {
        List<PostgresSession> old = new ArrayList<>();
        Instant limit = clock.instant().minus(IDLE_MAX);
        synchronized (this) {
            for (Deque<Idle> sessions : idle.values()) {
                sessions.removeIf(entry -> entry.since.isBefore(limit) && old.add(entry.session));
            }
            idle.values().removeIf(Deque::isEmpty);
        }
        old.forEach(PostgresSessions::closeQuietly);
    }

    void close() {
        List<Deque<Idle>> all;
        synchronized (this) {
            all = List.copyOf(idle.values());
            idle.clear();
        }
        all.forEach(sessions -> sessions.forEach(entry -> closeQuietly(entry.session)));
    }

    private synchronized @org.jspecify.annotations.Nullable PostgresSession take(Key key) {
        Deque<Idle> sessions = idle.get(key);
        Idle entry = sessions == null ? null : sessions.pollFirst();
        return entry == null ? null : entry.session;
    }

    private synchronized boolean keep(Key key, PostgresSession session) {
        Deque<Idle> sessions = idle.computeIfAbsent(key, _ -> new ArrayDeque<>());
        if (sessions.size() >= IDLE_PER_DATABASE || !session.isUsable()) {
            return false;
        }
        sessions.addFirst(new Idle(session, clock.instant()));
        return true;
    }

    private static void closeQuietly(PostgresSession session) {
        try {
            session.close();
        } catch (SQLException _) {
            // The server is gone, and the session with it.
        }
    }

    private record Key(String serverId, String address, String database) {
        static Key of(PlacedDatabase database) {
            return new Key(
                    database.server().serverId(), database.server().address().toString(), database.databaseName());
        }
    }

    private record Idle(PostgresSession session, Instant since) {}

    /**
     * What is done in a session.
     *
     * @param <T> its result
     */
    @FunctionalInterface
    interface Work<T> {
        T in(PostgresSession session) throws SQLException, InterruptedException;
    }
}
