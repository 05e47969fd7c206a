package io.godwit.proxy.protocol.redis;

import io.godwit.engines.Login;
import io.godwit.events.ProxyCommand.Backend;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to the server that a database is about to move to, opened ahead of the pause and given its session's
 * state. Where it can't be had, the session opens one when it needs it. Confined to the session's event loop.
 */
final class RedisArmedConnection {
    private static final Logger LOG = LoggerFactory.getLogger(RedisArmedConnection.class);

    /** The marker was published before the move was committed, so it is at most on its way. */
    private static final Duration MARKER_LIMIT = Duration.ofMillis(500);

    private final EventLoop loop;
    private final Backend target;
    private final RedisScripts scripts;
    private final List<Runnable> waiting = new ArrayList<>(1);
    private @Nullable RedisBackend backend;
    private @Nullable RedisDialogue dialogue;
    private @Nullable RedisInbox inbox;
    /** What the connection has, or will have when the replay is over. */
    private RedisCarriedState state;

    private boolean busy;
    private boolean discarded;
    private boolean markerAwaited;
    private @Nullable RedisCarriedState next;

    /** A connection that has a session's state. */
    record Ready(RedisBackend backend, RedisDialogue dialogue, RedisInbox inbox) {}

    RedisArmedConnection(EventLoop loop, Backend target, RedisScripts scripts, RedisCarriedState state) {
        this.loop = loop;
        this.target = target;
        this.scripts = scripts;
        this.state = state;
    }

    void open(RedisConnector connector, Login login, Runnable done) {
        busy = true;
        waiting.add(done);
        connector.open(loop, target, login).addListener((Future<RedisBackend> result) -> {
            if (result.isSuccess()) {
                onConnected(result.getNow());
            } else {
                onLost(String.valueOf(result.cause().getMessage()));
            }
        });
    }

    boolean leadsTo(Backend other) {
        return target.equals(other);
    }

    private void onConnected(RedisBackend opened) {
        RedisInbox received = RedisInbox.discarding(opened);
        backend = opened;
        inbox = received;
        dialogue = new RedisDialogue(opened, received, this::onLost);
        if (markerAwaited) {
            received.awaitMarker();
        }
        replay(new RedisReplay(opened));
    }

    private void replay(RedisReplay replay) {
        RedisDialogue talk = dialogue;
        if (talk == null) {
            onIdle();
            return;
        }
        busy = true;
        replay.state(state).scripts(scripts.missingOn(target)).subscriptions(state);
        if (state.isSubscribed()) {
            replay.listenForMarker();
        }
        replay.run(talk, this::onReplayed);
    }

    private void onReplayed(RedisReplay.Outcome outcome) {
        if (!outcome.error().isEmpty()) {
            onLost(outcome.error());
            return;
        }
        RedisCarriedState newer = next;
        next = null;
        if (newer != null && !newer.equals(state)) {
            anew(newer);
        } else {
            onIdle();
        }
    }

    private void anew(RedisCarriedState newer) {
        state = newer;
        RedisBackend opened = backend;
        if (opened != null) {
            replay(new RedisReplay(opened).reset());
        }
    }

    /** Gives the connection what the session has; {@code done} runs when it has it or never will. */
    void bring(RedisCarriedState wanted, Runnable done) {
        waiting.add(done);
        if (busy) {
            next = wanted;
        } else if (backend == null || (wanted.equals(state) && !scripts.isMissingOn(target))) {
            onIdle();
        } else {
            anew(wanted);
        }
    }

    /** The session is leaving its server. */
    void awaitMarker() {
        markerAwaited = true;
        if (inbox != null) {
            inbox.awaitMarker();
        }
    }

    /** The session has gone back to its server. */
    void onReturned() {
        markerAwaited = false;
        if (inbox != null) {
            inbox.discard();
        }
    }

    /**
     * Hands the connection over as soon as it has what the session has, and all that was published before the move is
     * through. To be called once, and nothing after it.
     *
     * @param then gets null if there is no connection; perhaps before this returns
     */
    void take(RedisCarriedState wanted, Consumer<@Nullable Ready> then) {
        bring(wanted, () -> {
            RedisBackend opened = backend;
            RedisDialogue talk = dialogue;
            RedisInbox received = inbox;
            if (opened == null || talk == null || received == null || !opened.isOpen()) {
                then.accept(null);
                return;
            }
            opened.setReading(true);
            afterMarker(wanted, received, () -> {
                if (backend == null || !opened.isOpen()) {
                    // It has ended meanwhile.
                    then.accept(null);
                    return;
                }
                backend = null;
                inbox = null;
                then.accept(new Ready(opened, talk, received));
            });
        });
    }

    private void afterMarker(RedisCarriedState wanted, RedisInbox received, Runnable then) {
        if (!wanted.isSubscribed() || received.isKeeping()) {
            then.run();
            return;
        }
        var limit = loop.schedule(
                () -> {
                    report("A move's marker was not seen", "none within " + MARKER_LIMIT.toMillis() + " ms");
                    received.onMarker(() -> {});
                    received.keep();
                    then.run();
                },
                MARKER_LIMIT.toNanos(),
                TimeUnit.NANOSECONDS);
        received.onMarker(() -> {
            limit.cancel(false);
            // Behind what the marker came with.
            loop.execute(then);
        });
    }

    void discard() {
        discarded = true;
        // Another server may be there the next time.
        scripts.forget(target);
        if (!busy) {
            onIdle();
        }
    }

    private void onLost(String reason) {
        if (!discarded) {
            report("A connection that was opened ahead of a move is lost", reason);
        }
        // It may have been restarted, and keeps no scripts over that.
        scripts.forget(target);
        RedisBackend lost = backend;
        backend = null;
        if (inbox != null) {
            inbox.release();
            inbox = null;
        }
        if (lost != null) {
            lost.terminate();
        }
        onIdle();
    }

    /** Nothing is under way. */
    private void onIdle() {
        busy = false;
        next = null;
        List<Runnable> told = List.copyOf(waiting);
        waiting.clear();
        told.forEach(Runnable::run);
        if (discarded && backend != null) {
            backend.terminate();
            backend = null;
            if (inbox != null) {
                inbox.release();
                inbox = null;
            }
        }
    }

    private void report(String what, String reason) {
        LOG.atInfo()
                .setMessage(what)
                .addKeyValue("database", target.databaseName())
                .addKeyValue("server", target.address())
                .addKeyValue("reason", reason)
                .log();
    }
}
