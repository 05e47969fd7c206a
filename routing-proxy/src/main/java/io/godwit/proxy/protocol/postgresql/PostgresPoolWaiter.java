package io.godwit.proxy.protocol.postgresql;

import io.godwit.events.ProxyCommand.Backend;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One session's request for a connection of its database's pool. Confined to the session's event loop. */
final class PostgresPoolWaiter {
    private final PostgresPool pool;
    private final EventLoop loop;
    private final Backend target;
    private final Map<String, String> startupParameters;
    private final Taker taker;
    private final long since = System.nanoTime();
    private boolean over;
    private @Nullable Future<?> limit;

    /** One of the three is called, once, unless the request is cancelled. */
    interface Taker {
        /** A connection may be opened; the place is to be given to it, or freed. */
        void onPlace(PostgresPlace place);

        /**
         * @param backend with what another session has left there
         * @param along what that session had opened ahead of a move, if anything; owned from now on
         */
        void onConnection(PostgresBackend backend, @Nullable PostgresArmedConnection along);

        void onWaitedTooLong(PostgresError error);
    }

    /** @param startupParameters that the connection must have been opened with */
    PostgresPoolWaiter(
            PostgresPool pool, EventLoop loop, Backend target, Map<String, String> startupParameters, Taker taker) {
        this.pool = pool;
        this.loop = loop;
        this.target = target;
        this.startupParameters = startupParameters;
        this.taker = taker;
    }

    Backend target() {
        return target;
    }

    /** As {@link System#nanoTime} tells it. */
    long since() {
        return since;
    }

    /** Whether a connection of that loop can be handed over as it is. */
    @SuppressWarnings("ReferenceEquality") // loops have no other
    boolean takes(EventLoop from, PostgresConnectionKind kind) {
        return loop == from && target.equals(kind.target()) && startupParameters.equals(kind.startupParameters());
    }

    /** @param timer for {@link #onTimeout} */
    void limit(Future<?> timer) {
        limit = timer;
    }

    /** From any loop. */
    void grant() {
        loop.execute(this::onPlace);
    }

    /** On the waiter's loop. */
    void onPlace() {
        PostgresPlace place = new PostgresPlace(pool, target);
        if (over) {
            place.free();
        } else {
            end();
            taker.onPlace(place);
        }
    }

    void hand(PostgresBackend backend, @Nullable PostgresArmedConnection along) {
        end();
        taker.onConnection(backend, along);
    }

    void onTimeout(PostgresError error) {
        if (!over && pool.withdraw(this)) {
            end();
            taker.onWaitedTooLong(error);
        }
    }

    void cancel() {
        if (!over) {
            end();
            pool.withdraw(this);
        }
    }

    private void end() {
        over = true;
        if (limit != null) {
            limit.cancel(false);
        }
    }
}
