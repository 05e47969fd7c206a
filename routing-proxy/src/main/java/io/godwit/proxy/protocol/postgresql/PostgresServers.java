package io.godwit.proxy.protocol.postgresql;

import io.godwit.engines.Login;
import io.godwit.events.DatabaseRoute;
import io.godwit.events.ProxyCommand.Backend;
import io.godwit.proxy.protocol.Pooling;
import io.godwit.proxy.protocol.ReconnectSettings;
import io.godwit.proxy.protocol.postgresql.PostgresSessionState.Attached;
import io.godwit.proxy.protocol.postgresql.PostgresSessionState.Attaching;
import io.godwit.proxy.protocol.postgresql.PostgresSessionState.Capturing;
import io.godwit.proxy.protocol.postgresql.PostgresSessionState.Closed;
import io.godwit.proxy.protocol.postgresql.PostgresSessionState.Detached;
import io.godwit.proxy.protocol.postgresql.PostgresSessionState.Kept;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The ways of one session to servers and away from them. When a session ends, nothing runs on for a client that is not
 * there any more. Confined to the session's event loop.
 */
final class PostgresServers {
    private final EventLoop loop;
    private final PostgresConnector connector;
    private final @Nullable PostgresLoopPool pool;
    private final ReconnectSettings settings;
    private final PostgresCarriedRoom room;
    private final Map<String, String> startupParameters;
    private @Nullable PostgresArmedConnection armed;

    /**
     * @param pool of the database; null if each session has its own connection
     * @param startupParameters without user and database
     */
    PostgresServers(
            EventLoop loop,
            PostgresConnector connector,
            @Nullable PostgresLoopPool pool,
            ReconnectSettings settings,
            PostgresCarriedRoom room,
            Map<String, String> startupParameters) {
        this.room = room;
        this.loop = loop;
        this.connector = connector;
        this.pool = pool;
        this.settings = settings;
        this.startupParameters = Map.copyOf(startupParameters);
    }

    boolean isArmedFor(Backend target) {
        return armed != null && armed.leadsTo(target);
    }

    /**
     * Opens a connection ahead; {@code done} runs when it stands or can't be had.
     *
     * @param login that the target takes now
     */
    void arm(Backend target, Login login, Runnable done) {
        disarm();
        PostgresPlace place = null;
        if (pool != null) {
            place = pool.pool().takeFree(target);
            if (place == null) {
                done.run();
                return;
            }
        }
        armed = new PostgresArmedConnection(target);
        armed.open(loop, connector, place, login, startupParameters, done);
    }

    /** Takes over what another session has opened ahead. */
    void adopt(PostgresArmedConnection along) {
        disarm();
        armed = along;
    }

    void disarm() {
        if (armed != null) {
            armed.discard();
            armed = null;
        }
    }

    /**
     * An attachment to be {@linkplain #start started}.
     *
     * @param established whether a client has the session already
     */
    PostgresAttachment attachment(
            DatabaseRoute route,
            PostgresCarriedState carried,
            boolean established,
            PostgresAttachment.Listener listener) {
        return new PostgresAttachment(
                loop, connector, pool, settings, route, startupParameters, carried, established, listener);
    }

    /**
     * Gives the connection that was opened ahead, if there is one, what the session has.
     *
     * @param current where the session is now
     * @param done runs when it has that or can't have it, perhaps before this returns
     */
    void bringAhead(PostgresBackend current, PostgresCarriedState carried, Runnable done) {
        if (armed == null || armed.leadsTo(current.target())) {
            done.run();
        } else {
            armed.bring(carried, done);
        }
    }

    @Nullable
    PostgresLoopPool pool() {
        return pool;
    }

    boolean isPooled() {
        return pool != null;
    }

    boolean pooledIn(Pooling.Mode mode) {
        return pool != null && pool.mode() == mode;
    }

    /**
     * An idle session's connection goes to another that waits for one.
     *
     * @param watch what the session's client has sent
     */
    void lend(PostgresBackend backend, PostgresStatementWatch watch) {
        PostgresArmedConnection along = armed;
        armed = null;
        giveBack(backend, along, watch);
    }

    private void giveBack(
            PostgresBackend backend, @Nullable PostgresArmedConnection along, PostgresStatementWatch watch) {
        if (pool == null) {
            backend.terminate();
        } else {
            // A custom parameter that was set once is empty ever after, and no longer unknown.
            boolean resettable = watch.customSettings().isEmpty();
            pool.giveBack(backend, new PostgresConnectionKind(backend.target(), startupParameters), along, resettable);
        }
    }

    /** The gate has closed: what nobody has leaves the server, too. */
    void endIdle() {
        if (pool != null) {
            pool.endAllIdle();
        }
    }

    PostgresCarriedRoom room() {
        return room;
    }

    /** Nobody carries it any more. */
    void forget(PostgresCarriedState carried) {
        room.giveBack(carried.temporaryTables().bytes());
    }

    void after(Duration time, Runnable task) {
        var _ = loop.schedule(task, time.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Starts with the connection that was opened ahead if it leads there; otherwise that one is closed. */
    void start(PostgresAttachment attachment) {
        PostgresArmedConnection ahead = armed;
        armed = null;
        if (ahead != null && ahead.leadsTo(attachment.route().backend())) {
            ahead.take(attachment.state(), attachment::start);
            return;
        }
        if (ahead != null) {
            ahead.discard();
        }
        attachment.start(null);
    }

    /** Asks the server to cancel what runs; {@code done} runs when the server has taken it. */
    void cancel(PostgresBackend backend, Runnable done) {
        connector.cancel(loop, backend.target(), backend.processId(), backend.secretKey(), done);
    }

    /**
     * Leaves whatever server the session is with, was with or is going to, for good.
     *
     * @param reusable whether nothing is on its way to the session's connection
     */
    void leave(PostgresSessionState last, PostgresRelay relay, boolean reusable) {
        switch (last) {
            case Attached(var backend) -> leaveRunning(backend, relay, reusable);
            case Capturing(var backend, var _, var _, var departure) -> {
                departure.cancel();
                backend.drop();
            }
            case Kept(var backend, var carried) -> {
                backend.terminate();
                forget(carried);
            }
            case Attaching(var carried, var attachment) -> {
                attachment.cancel();
                forget(carried);
            }
            case Detached(var carried) -> forget(carried);
            case Closed _ -> {}
        }
    }

    /** Leaves a server on which the session may be running something. */
    private void leaveRunning(PostgresBackend backend, PostgresRelay relay, boolean reusable) {
        PostgresExchange exchange = relay.exchange();
        if (relay.atRest() && reusable) {
            giveBack(backend, null, relay.watch());
        } else if (relay.atRest()) {
            backend.terminate();
        } else if (exchange.terminated()) {
            backend.abandon();
        } else {
            if (exchange.awaitsServer()) {
                cancel(backend, () -> {});
            }
            backend.drop();
        }
    }
}
