package io.godwit.proxy.protocol.postgresql;

import io.godwit.events.ProxyCommand.Backend;
import io.godwit.proxy.protocol.Pooling;
import io.godwit.proxy.protocol.Pooling.Mode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's part of a database's pool: the sessions that could give up their connection, and connections that
 * belong to nobody. Confined to that loop, but for the number of those.
 */
final class PostgresLoopPool {
    /** Clients that come and go find a connection; a database that nobody uses any more keeps none. */
    private static final Duration IDLE_LIMIT = Duration.ofSeconds(60);

    private final PostgresPool pool;
    private final EventLoop loop;
    private final Set<PostgresLender> lenders = new LinkedHashSet<>();
    private final Deque<Idle> idle = new ArrayDeque<>();
    private volatile int idleConnections;
    private boolean sweeping;

    PostgresLoopPool(PostgresPool pool, EventLoop loop) {
        this.pool = pool;
        this.loop = loop;
    }

    PostgresPool pool() {
        return pool;
    }

    EventLoop loop() {
        return loop;
    }

    Mode mode() {
        return pool.pooling().mode();
    }

    int idleConnections() {
        return idleConnections;
    }

    void enter(PostgresLender lender) {
        lenders.add(lender);
    }

    void leave(PostgresLender lender) {
        lenders.remove(lender);
    }

    /** Asks for a connection of that kind; the taker is told, perhaps before this returns. */
    PostgresPoolWaiter request(PostgresConnectionKind kind, PostgresPoolWaiter.Taker taker) {
        PostgresPoolWaiter waiter = new PostgresPoolWaiter(pool, loop, kind.target(), kind.startupParameters(), taker);
        PostgresBackend ready = takeIdle(kind);
        if (ready != null) {
            waiter.hand(ready, null);
        } else if (pool.takeOrWait(waiter)) {
            waiter.onPlace();
        } else {
            Duration limit = pool.pooling().waitLimit();
            waiter.limit(loop.schedule(() -> waiter.onTimeout(tooLong()), limit.toNanos(), TimeUnit.NANOSECONDS));
            pool.makeRoom(kind.target(), this);
        }
        return waiter;
    }

    private PostgresError tooLong() {
        Pooling pooling = pool.pooling();
        return PostgresError.fatal(
                PostgresError.TOO_MANY_CONNECTIONS,
                "no server connection became free for database \""
                        + pool.databaseId().clientName() + "\" within "
                        + pooling.waitLimit().toMillis() + " ms: all " + pooling.serverConnections()
                        + " of the proxy's are in use");
    }

    private @Nullable PostgresBackend takeIdle(PostgresConnectionKind kind) {
        for (Iterator<Idle> all = idle.iterator(); all.hasNext(); ) {
            Idle next = all.next();
            if (next.kind.equals(kind) && next.backend().isOpen()) {
                all.remove();
                idleConnections = idle.size();
                return next.backend();
            }
        }
        return null;
    }

    /**
     * Has as many sessions give up their connection as are needed for those who wait.
     *
     * @return whether enough are expected now; otherwise whoever comes to rest next gives up its own
     */
    boolean makeRoom(Backend target) {
        while (pool.expectIfNeeded(target)) {
            if (endIdle(target)) {
                // It was expected for this reason already, and is now for its own.
                pool.expectNoMore(target);
                continue;
            }
            Optional<PostgresLender> longestIdle = lenders.stream()
                    .filter(lender -> lender.canLend(target))
                    .min(Comparator.comparingLong(PostgresLender::idleSince));
            if (longestIdle.isEmpty()) {
                pool.expectNoMore(target);
                List.copyOf(lenders).forEach(lender -> lender.lendWhenIdle(target));
                return false;
            }
            longestIdle.get().lend();
        }
        return true;
    }

    /** Ends one connection that nobody has. */
    private boolean endIdle(Backend target) {
        for (Iterator<Idle> all = idle.descendingIterator(); all.hasNext(); ) {
            Idle next = all.next();
            if (next.kind.target().equals(target)) {
                all.remove();
                idleConnections = idle.size();
                next.backend().terminate();
                return true;
            }
        }
        return false;
    }

    private void sweepLater() {
        if (!sweeping) {
            sweeping = true;
            var _ = loop.schedule(this::sweep, IDLE_LIMIT.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void sweep() {
        sweeping = false;
        while (!idle.isEmpty() && System.nanoTime() - idle.getLast().since >= IDLE_LIMIT.toNanos()) {
            idle.removeLast().backend().terminate();
        }
        idleConnections = idle.size();
        if (!idle.isEmpty()) {
            sweepLater();
        }
    }

    /** Ends what nobody has, because the gate has closed. */
    void endAllIdle() {
        while (!idle.isEmpty()) {
            idle.remove().backend().terminate();
        }
        idleConnections = 0;
    }

    /**
     * A session gives its connection to whoever is next.
     *
     * @param along what it had opened ahead of a move, if anything; owned from now on
     * @param resettable whether everything that was done there can be undone
     */
    void giveBack(
            PostgresBackend backend,
            PostgresConnectionKind kind,
            @Nullable PostgresArmedConnection along,
            boolean resettable) {
        // A slow reader on the client's side may have stopped it.
        backend.channel().config().setAutoRead(true);
        boolean usable = resettable && backend.isOpen();
        PostgresPoolWaiter next = usable ? pool.nextFor(loop, kind) : null;
        if (next != null) {
            next.hand(backend, along);
            return;
        }
        if (along != null) {
            along.discard();
        }
        if (!usable || pool.isAwaited(kind.target())) {
            backend.terminate();
        } else {
            new PostgresReplay(backend, new Reset(kind)).startAnew(PostgresCarriedState.NOTHING);
        }
    }

    /** The connection of a session that has gone is as new before it belongs to nobody. */
    private final class Reset implements PostgresReplay.Listener {
        private final PostgresConnectionKind kind;

        Reset(PostgresConnectionKind kind) {
            this.kind = kind;
        }

        @Override
        public void onReplayed(PostgresBackend backend, boolean complete) {
            PostgresPoolWaiter next = pool.nextFor(loop, kind);
            if (next != null) {
                next.hand(backend, null);
            } else if (pool.isAwaited(kind.target())) {
                backend.terminate();
            } else {
                Idle one = new Idle(backend, kind);
                idle.push(one);
                idleConnections = idle.size();
                backend.receiveWith(one);
                sweepLater();
            }
        }

        @Override
        public void onNotReplayed(PostgresError error) {
            // It is closed, which makes room for another.
        }

        @Override
        public void onConnectionLost(PostgresError error) {
            // Nobody had it.
        }

        @Override
        public void onNotification(ByteBuf body) {
            // Nobody listens.
        }
    }

    private final class Idle extends PostgresFrameReceiver {
        private final PostgresConnectionKind kind;
        private final long since = System.nanoTime();

        Idle(PostgresBackend backend, PostgresConnectionKind kind) {
            super(backend);
            this.kind = kind;
        }

        @Override
        void onFrame(byte type, ByteBuf body) {
            // Nobody waits for what an idle connection says; if it is an error, the connection ends.
        }

        @Override
        public void onClosed(@Nullable Throwable cause) {
            idle.remove(this);
            idleConnections = idle.size();
        }
    }
}
