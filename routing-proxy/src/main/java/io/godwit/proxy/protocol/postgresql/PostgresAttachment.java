package io.godwit.proxy.protocol.postgresql;

import io.godwit.events.DatabaseRoute;
import io.godwit.proxy.protocol.ReconnectPace;
import io.godwit.proxy.protocol.ReconnectSettings;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Brings a session to the server of a route: takes the connection opened ahead or opens one, replays the session's
 * state, and tries again while the server refuses as a fenced or restarting one does. Nothing of the client's is sent
 * here, so trying again can't run anything twice. Confined to the session's event loop.
 */
final class PostgresAttachment implements PostgresReplay.Listener, PostgresPoolWaiter.Taker {
    private final EventLoop loop;
    private final PostgresConnector connector;
    private final @Nullable PostgresLoopPool pool;
    private final DatabaseRoute route;
    private final Map<String, String> clientParameters;
    private final PostgresCarriedState state;
    private final boolean established;
    private final Listener listener;
    private final ReconnectPace pace;
    private boolean refused;
    private boolean cancelled;
    private boolean returning;
    /** Whether the connection was another session's, and no such one has failed before. */
    private boolean takenOver;

    private boolean takeoverFailed;
    private @Nullable PostgresPoolWaiter waiter;
    private @Nullable PostgresBackend current;

    /** One of the first two is called at last, once, unless the attachment is cancelled. */
    interface Listener {
        void onAttached(PostgresBackend backend, PostgresAttachment attachment);

        void onFailed(PostgresError error);

        void onNotification(ByteBuf body);

        /** Whether a move has not been heard to its end, so that the server may be closed until it has come to one. */
        boolean isUndecided();

        /** @param along opened ahead of a move by the session whose connection is taken over; owned from now on */
        void onArmedAlong(PostgresArmedConnection along);
    }

    PostgresAttachment(
            EventLoop loop,
            PostgresConnector connector,
            @Nullable PostgresLoopPool pool,
            ReconnectSettings settings,
            DatabaseRoute route,
            Map<String, String> clientParameters,
            PostgresCarriedState state,
            boolean established,
            Listener listener) {
        this.loop = loop;
        this.connector = connector;
        this.pool = pool;
        this.route = route;
        this.clientParameters = clientParameters;
        this.state = state;
        this.established = established;
        this.listener = listener;
        this.pace = new ReconnectPace(settings);
    }

    DatabaseRoute route() {
        return route;
    }

    /** Whether the server refused at first. */
    boolean wasRefused() {
        return refused;
    }

    PostgresCarriedState state() {
        return state;
    }

    /** @param ready a connection to the route's server that has the state already, if there is one; owned from now on */
    void start(@Nullable PostgresBackend ready) {
        if (ready == null) {
            request();
        } else if (cancelled) {
            ready.terminate();
        } else {
            listener.onAttached(ready, this);
        }
    }

    /** Goes back to a connection that the session has kept, with all it has there. */
    void startWithKept(PostgresBackend kept) {
        returning = true;
        replay(kept, PostgresMissingState.NOTHING);
    }

    /** Whether the session is on its way back to a connection that must not be closed before the fence. */
    boolean isReturning() {
        return returning;
    }

    /** Nothing is told from now on, and what was opened is closed. */
    void cancel() {
        cancelled = true;
        if (waiter != null) {
            waiter.cancel();
        }
        if (current != null) {
            current.terminate();
            current = null;
        }
    }

    private void request() {
        if (cancelled) {
            return;
        }
        if (pool == null) {
            connect(null);
        } else {
            waiter = pool.request(new PostgresConnectionKind(route.backend(), clientParameters), this);
        }
    }

    @Override
    public void onPlace(PostgresPlace place) {
        connect(place);
    }

    @Override
    public void onConnection(PostgresBackend backend, @Nullable PostgresArmedConnection along) {
        if (along != null) {
            listener.onArmedAlong(along);
        }
        takenOver = !takeoverFailed;
        current = backend;
        new PostgresReplay(backend, this).startAnew(state);
    }

    @Override
    public void onWaitedTooLong(PostgresError error) {
        listener.onFailed(error);
    }

    /** @param place that the connection is to take; null if there is no pool */
    private void connect(@Nullable PostgresPlace place) {
        Future<PostgresBackend> opening =
                connector.open(loop, route.backend(), route.backend().login(), clientParameters);
        opening.addListener((Future<PostgresBackend> result) -> {
            if (place != null) {
                if (result.isSuccess()) {
                    place.give(result.getNow());
                } else {
                    place.free();
                }
            }
            if (!result.isSuccess()) {
                onRefused(errorOf(result.cause()));
            } else if (cancelled) {
                result.getNow().terminate();
            } else {
                replay(result.getNow(), PostgresMissingState.all(state));
            }
        });
    }

    private void replay(PostgresBackend backend, PostgresMissingState missing) {
        current = backend;
        new PostgresReplay(backend, this).start(missing);
    }

    @Override
    public void onReplayed(PostgresBackend backend, boolean complete) {
        if (!cancelled) {
            listener.onAttached(backend, this);
        }
    }

    @Override
    public void onNotReplayed(PostgresError error) {
        current = null;
        if (takenOver) {
            // Perhaps it was the other session's settings that stood against it.
            onTakeoverFailed();
        } else if (!cancelled) {
            listener.onFailed(PostgresError.fatal(
                    PostgresError.ADMIN_SHUTDOWN,
                    "terminating connection because the session could not be carried over: " + error.message()));
        }
    }

    @Override
    public void onConnectionLost(PostgresError error) {
        current = null;
        returning = false;
        if (takenOver) {
            onTakeoverFailed();
        } else {
            onRefused(error);
        }
    }

    private void onTakeoverFailed() {
        takenOver = false;
        takeoverFailed = true;
        request();
    }

    @Override
    public void onNotification(ByteBuf body) {
        listener.onNotification(body);
    }

    private void onRefused(PostgresError error) {
        if (cancelled) {
            return;
        }
        refused = true;
        Optional<Duration> pause = pace.next(error.refusesLogin() || listener.isUndecided());
        if (!error.mayPass(established) || pause.isEmpty()) {
            listener.onFailed(error);
            return;
        }
        var _ = loop.schedule(this::request, pause.get().toNanos(), TimeUnit.NANOSECONDS);
    }

    private static PostgresError errorOf(Throwable cause) {
        return cause instanceof PostgresLoginException login
                ? login.error()
                : PostgresError.fatal(PostgresError.CONNECTION_FAILURE, String.valueOf(cause.getMessage()));
    }
}
