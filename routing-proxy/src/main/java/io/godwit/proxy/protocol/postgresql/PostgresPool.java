package io.godwit.proxy.protocol.postgresql;

import io.godwit.engines.DatabaseId;
import io.godwit.events.ProxyCommand.Backend;
import io.godwit.proxy.protocol.PoolMeters;
import io.godwit.proxy.protocol.Pooling;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The server connections of one database: counts them, and knows who waits for one. Whoever has waited longest is next;
 * only a connection that another can take over as it is, on its own event loop, goes to that one first, for a moment.
 * The connections themselves are with the {@link PostgresLoopPool}s. Safe for use by all event loops.
 */
final class PostgresPool implements PoolMeters.Figures {
    /** A connection that is taken over costs a tenth of one that is opened, so the order may be off by so much. */
    private static final Duration OVERTAKING = Duration.ofMillis(100);

    /** Sessions come and go while somebody waits; so often it is looked whether one can give way now. */
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    private final DatabaseId databaseId;
    private final Pooling pooling;
    private final Map<EventLoop, PostgresLoopPool> loops = new ConcurrentHashMap<>();
    private final Map<Backend, Server> servers = new HashMap<>();

    private static final class Server {
        final Deque<PostgresPoolWaiter> waiting = new ArrayDeque<>();
        int places;
        /** Connections that will be there for those who wait without anybody being asked for one. */
        int expected;

        boolean lookingAgain;
    }

    PostgresPool(DatabaseId databaseId, Pooling pooling) {
        this.databaseId = databaseId;
        this.pooling = pooling;
    }

    DatabaseId databaseId() {
        return databaseId;
    }

    Pooling pooling() {
        return pooling;
    }

    PostgresLoopPool on(EventLoop loop) {
        return loops.computeIfAbsent(loop, one -> new PostgresLoopPool(this, one));
    }

    private Server server(Backend target) {
        return servers.computeIfAbsent(target, ignored -> new Server());
    }

    /** @return null if all places are taken or awaited */
    synchronized @Nullable PostgresPlace takeFree(Backend target) {
        Server server = server(target);
        if (server.places >= pooling.serverConnections() || !server.waiting.isEmpty()) {
            return null;
        }
        server.places++;
        return new PostgresPlace(this, target);
    }

    /** @return whether there was a place, which the waiter has now; otherwise it waits */
    synchronized boolean takeOrWait(PostgresPoolWaiter waiter) {
        Server server = server(waiter.target());
        if (server.places < pooling.serverConnections() && server.waiting.isEmpty()) {
            server.places++;
            return true;
        }
        server.waiting.add(waiter);
        return false;
    }

    /** @return whether it waited */
    synchronized boolean withdraw(PostgresPoolWaiter waiter) {
        return server(waiter.target()).waiting.remove(waiter);
    }

    /** @param expected whether it was said before that it would be free */
    void free(Backend target, boolean expected) {
        PostgresPoolWaiter next;
        synchronized (this) {
            Server server = server(target);
            if (expected) {
                server.expected--;
            }
            next = server.waiting.poll();
            if (next == null) {
                server.places--;
                if (server.places == 0 && server.expected == 0) {
                    servers.remove(target);
                }
            }
        }
        if (next != null) {
            next.grant();
        }
    }

    /** @return who takes that connection over, and waits no more; null if it is for nobody as it is */
    synchronized @Nullable PostgresPoolWaiter nextFor(EventLoop loop, PostgresConnectionKind kind) {
        Iterator<PostgresPoolWaiter> waiting = server(kind.target()).waiting.iterator();
        long latest = Long.MAX_VALUE;
        while (waiting.hasNext()) {
            PostgresPoolWaiter next = waiting.next();
            if (latest == Long.MAX_VALUE) {
                latest = next.since() + OVERTAKING.toNanos();
            }
            if (next.since() - latest > 0) {
                return null;
            }
            if (next.takes(loop, kind)) {
                waiting.remove();
                return next;
            }
        }
        return null;
    }

    synchronized boolean isAwaited(Backend target) {
        Server server = servers.get(target);
        return server != null && !server.waiting.isEmpty();
    }

    /** @return whether more sessions wait than connections are expected; then one more is expected from the caller */
    synchronized boolean expectIfNeeded(Backend target) {
        Server server = servers.get(target);
        if (server == null || server.waiting.size() <= server.expected) {
            return false;
        }
        server.expected++;
        return true;
    }

    synchronized void expect(Backend target) {
        server(target).expected++;
    }

    /** What was expected has come, or will not. */
    synchronized void expectNoMore(Backend target) {
        server(target).expected--;
    }

    /** Finds sessions that can give their connection to those who wait, first on that loop. */
    void makeRoom(Backend target, PostgresLoopPool first) {
        if (!first.makeRoom(target)) {
            for (PostgresLoopPool other : List.copyOf(loops.values())) {
                if (!other.equals(first)) {
                    other.loop().execute(() -> other.makeRoom(target));
                }
            }
        }
        boolean look;
        synchronized (this) {
            Server server = server(target);
            look = !server.waiting.isEmpty() && !server.lookingAgain;
            server.lookingAgain |= look;
        }
        if (look) {
            var _ = first.loop().schedule(() -> lookAgain(target, first), LOOK_AGAIN.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void lookAgain(Backend target, PostgresLoopPool first) {
        synchronized (this) {
            Server server = servers.get(target);
            if (server != null) {
                server.lookingAgain = false;
            }
        }
        if (isAwaited(target)) {
            makeRoom(target, first);
        }
    }

    @Override
    public int connectionsInUse() {
        int places;
        synchronized (this) {
            places = servers.values().stream().mapToInt(server -> server.places).sum();
        }
        return Math.max(0, places - connectionsIdle());
    }

    @Override
    public int connectionsIdle() {
        return loops.values().stream()
                .mapToInt(PostgresLoopPool::idleConnections)
                .sum();
    }

    @Override
    public synchronized int waiting() {
        return servers.values().stream()
                .mapToInt(server -> server.waiting.size())
                .sum();
    }
}
