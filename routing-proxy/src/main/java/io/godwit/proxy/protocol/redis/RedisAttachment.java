package io.godwit.proxy.protocol.redis;

import io.godwit.events.DatabaseRoute;
import io.godwit.proxy.protocol.ReconnectPace;
import io.godwit.proxy.protocol.ReconnectSettings;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Brings a session to the server of a route: takes the connection opened ahead or opens one, gives it the session's
 * state, and tries again while the server refuses as a fenced, restarting or not yet promoted one does. Nothing of the
 * client's is sent here, so trying again can't run anything twice. Confined to the session's event loop.
 */
final class RedisAttachment {
    /** A server that has no room is told apart from one that will take the session later. */
    private static final String NO_ROOM = "ERR max number of clients reached";

    private static final String LOGIN_REFUSED = "WRONGPASS";
    private static final String REPLICA = "READONLY";

    /** Codes of errors that a server gives to every session. */
    private static final Set<String> SHUT = Set.of(LOGIN_REFUSED, "LOADING", "MASTERDOWN", REPLICA);

    private final EventLoop loop;
    private final RedisConnector connector;
    private final DatabaseRoute route;
    private final RedisScripts scripts;
    private final RedisCarriedState state;
    private final boolean established;
    private final Listener listener;
    private final ReconnectPace pace;
    private boolean refused;
    private boolean shutOut;
    private boolean cancelled;
    private @Nullable RedisBackend current;
    private @Nullable RedisInbox inbox;

    /** One of the first two is called at last, once, unless the attachment is cancelled. */
    interface Listener {
        /** @param inbox with what was pushed to the session meanwhile; still filled, owned by the callee */
        void onAttached(RedisBackend backend, RedisInbox inbox, RedisAttachment attachment);

        /** @param error with its code */
        void onFailed(String error);

        /** Whether a move has not been heard to its end, so that the server may be closed until it has come to one. */
        boolean isUndecided();
    }

    /** @param established whether the session has had a server before */
    RedisAttachment(
            EventLoop loop,
            RedisConnector connector,
            ReconnectSettings settings,
            DatabaseRoute route,
            RedisScripts scripts,
            RedisCarriedState state,
            boolean established,
            Listener listener) {
        this.loop = loop;
        this.connector = connector;
        this.route = route;
        this.scripts = scripts;
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

    /** Whether the server refuses whoever comes, as a fenced, restarting or not yet promoted one does, or is not there. */
    boolean isShutOut() {
        return shutOut;
    }

    RedisCarriedState state() {
        return state;
    }

    /** @param ready a connection to the route's server that has the state already, if there is one; owned from now on */
    void start(RedisArmedConnection.@Nullable Ready ready) {
        if (ready == null) {
            connect();
            return;
        }
        current = ready.backend();
        inbox = ready.inbox();
        if (cancelled) {
            drop();
            return;
        }
        RedisReplay check = new RedisReplay(ready.backend()).check(state);
        if (state.isSubscribed()) {
            check.endListeningForMarker();
        }
        // A loss while it asks is one more refusal.
        RedisDialogue dialogue = new RedisDialogue(ready.backend(), ready.inbox(), this::onLost);
        check.run(dialogue, outcome -> onOutcome(ready.backend(), outcome));
    }

    /** Nothing is told from now on, and what was opened is closed. */
    void cancel() {
        cancelled = true;
        drop();
    }

    private void drop() {
        RedisInbox received = inbox;
        RedisBackend opened = current;
        inbox = null;
        current = null;
        if (received != null) {
            received.release();
        }
        if (opened != null) {
            opened.terminate();
        }
    }

    private void connect() {
        if (cancelled) {
            return;
        }
        connector.open(loop, route.backend(), route.backend().login()).addListener((Future<RedisBackend> result) -> {
            if (!result.isSuccess()) {
                shutOut = true;
                // A server that is started again has no scripts.
                scripts.forget(route.backend());
                onRefused("ERR " + result.cause().getMessage());
            } else if (cancelled) {
                result.getNow().terminate();
            } else {
                replay(result.getNow());
            }
        });
    }

    private void replay(RedisBackend backend) {
        RedisInbox received = RedisInbox.keeping(backend);
        current = backend;
        inbox = received;
        RedisDialogue dialogue = new RedisDialogue(backend, received, this::onLost);
        new RedisReplay(backend)
                .state(state)
                .scripts(scripts.missingOn(route.backend()))
                .ping()
                .subscriptions(state)
                .run(dialogue, outcome -> onOutcome(backend, outcome));
    }

    private void onOutcome(RedisBackend backend, RedisReplay.Outcome outcome) {
        if (cancelled) {
            return;
        }
        if (!outcome.error().isEmpty()) {
            scripts.forget(route.backend());
            shutOut = SHUT.contains(outcome.error().split(" ", 2)[0]);
            onRefused(outcome.error());
            return;
        }
        if (outcome.replica()) {
            shutOut = true;
            onRefused(REPLICA + " the server is not the master yet");
            return;
        }
        RedisInbox received = inbox;
        current = null;
        inbox = null;
        if (received != null) {
            listener.onAttached(backend, received, this);
        }
    }

    private void onLost(String reason) {
        if (current != null) {
            scripts.forget(route.backend());
            onRefused("ERR connection to the server failed: " + reason);
        }
    }

    private void onRefused(String error) {
        drop();
        if (cancelled) {
            return;
        }
        refused = true;
        boolean waits = established || !error.startsWith(NO_ROOM);
        boolean fenced = error.startsWith(LOGIN_REFUSED) || error.startsWith(REPLICA);
        Optional<Duration> pause = pace.next(fenced || listener.isUndecided());
        if (!waits || pause.isEmpty()) {
            listener.onFailed(error);
            return;
        }
        var _ = loop.schedule(this::connect, pause.get().toNanos(), TimeUnit.NANOSECONDS);
    }
}
