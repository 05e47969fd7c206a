package io.godwit.proxy.protocol.redis;

import io.godwit.engines.Login;
import io.godwit.events.DatabaseRoute;
import io.godwit.events.ProxyCommand.Backend;
import io.godwit.proxy.protocol.ReconnectSettings;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;

/** The ways of one session to servers and away from them. Confined to the session's event loop. */
final class RedisServers {
    private final EventLoop loop;
    private final RedisConnector connector;
    private final ReconnectSettings settings;
    private final RedisScripts scripts;
    private final RedisUnblockers unblockers;
    private @Nullable RedisArmedConnection armed;

    RedisServers(
            EventLoop loop,
            RedisConnector connector,
            ReconnectSettings settings,
            RedisScripts scripts,
            RedisUnblockers unblockers) {
        this.loop = loop;
        this.connector = connector;
        this.settings = settings;
        this.scripts = scripts;
        this.unblockers = unblockers;
    }

    RedisScripts scripts() {
        return scripts;
    }

    boolean isArmed() {
        return armed != null;
    }

    boolean isArmedFor(Backend target) {
        return armed != null && armed.leadsTo(target);
    }

    /**
     * Opens a connection ahead; {@code done} runs when it stands or can't be had.
     *
     * @param login that the target takes now
     */
    void arm(Backend target, Login login, RedisCarriedState state, Runnable done) {
        disarm();
        armed = new RedisArmedConnection(loop, target, scripts, state);
        armed.open(connector, login, done);
    }

    void disarm() {
        if (armed != null) {
            armed.discard();
            armed = null;
        }
    }

    /** Gives the connection that was opened ahead, if there is one, what the session has. */
    void bringAhead(RedisCarriedState state, Runnable done) {
        if (armed != null) {
            armed.bring(state, done);
        } else {
            done.run();
        }
    }

    /** The session is leaving its server: what is published from now on it hears from the next one. */
    void onLeaving() {
        if (armed != null) {
            armed.awaitMarker();
        }
    }

    /** The session has gone back to its server. */
    void onReturned() {
        if (armed != null) {
            armed.onReturned();
        }
    }

    /**
     * An attachment to be {@linkplain #start started}.
     *
     * @param established whether the session has had a server before
     */
    RedisAttachment attachment(
            DatabaseRoute route, RedisCarriedState state, boolean established, RedisAttachment.Listener listener) {
        return new RedisAttachment(loop, connector, settings, route, scripts, state, established, listener);
    }

    /** Starts with the connection that was opened ahead if it leads there; otherwise that one is closed. */
    void start(RedisAttachment attachment) {
        RedisArmedConnection ahead = armed;
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

    /** A move is near: makes ready to end blocked commands on the server that the session is with. */
    void prepareUnblocking(RedisBackend backend) {
        unblockers.on(loop, backend.target()).prepare();
    }

    /** Asks the server to end the blocked command of the session on {@code backend}. */
    void unblock(RedisBackend backend, int database, RedisBlockedCommand blocked, RedisUnblocker.Listener listener) {
        unblockers.on(loop, backend.target()).unblock(backend.clientId(), database, blocked, listener);
    }
}
