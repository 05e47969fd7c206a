package io.godwit.proxy.protocol.postgresql;

import io.godwit.events.ProxyCommand.Backend;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to the server that a database is about to move to, opened ahead of the pause and given its session's state
 * as far as that is known. Where it can't be had, the session opens one when it needs it. Confined to the session's event
 * loop.
 */
final class PostgresArmedConnection {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresArmedConnection.class);

    private final Backend target;

    /** Null before it stands and when it is no longer this object's. */
    private @Nullable PostgresBackend backend;

    /** What the connection has, or will have when the replay is over. */
    private PostgresCarriedState state = PostgresCarriedState.NOTHING;

    private boolean replaying;
    private boolean discarded;

    /** What the session turned out to have while the replay of something else was under way. */
    private @Nullable PostgresCarriedState next;

    private @Nullable Consumer<@Nullable PostgresBackend> taker;

    PostgresArmedConnection(Backend target) {
        this.target = target;
    }

    void open(EventLoop loop, PostgresConnector connector, Map<String, String> parameters, Runnable done) {
        connector.open(loop, target, parameters).addListener((Future<PostgresBackend> result) -> {
            if (!result.isSuccess()) {
                report(
                        "No connection could be opened ahead of a move",
                        String.valueOf(result.cause().getMessage()));
            } else {
                rest(result.getNow());
                settle();
            }
            done.run();
        });
    }

    boolean leadsTo(Backend other) {
        return target.equals(other);
    }

    /** Gives the connection what the session has; the last call counts. */
    void bring(PostgresCarriedState wanted) {
        PostgresBackend idle = backend;
        if (idle == null) {
            return;
        }
        if (replaying) {
            next = wanted;
            return;
        }
        Optional<PostgresCarriedState> missing = wanted.beyond(state);
        if (missing.isPresent() && missing.get().isEmpty()) {
            return;
        }
        replaying = true;
        state = wanted;
        PostgresReplay replay = new PostgresReplay(
                idle,
                this::onReplayed,
                failure -> onReplayFailed(failure.error()),
                // Nothing is listened to that anybody could notify before the move.
                notification -> {});
        if (missing.isPresent()) {
            replay.start(missing.get());
        } else {
            replay.startAnew(wanted);
        }
    }

    private void onReplayed(PostgresBackend replayed) {
        replaying = false;
        rest(replayed);
        PostgresCarriedState newer = next;
        next = null;
        if (newer != null) {
            bring(newer);
        }
        if (!replaying) {
            settle();
        }
    }

    private void onReplayFailed(PostgresError error) {
        replaying = false;
        backend = null;
        next = null;
        report("A session's state could not be given to its next server ahead of a move", error.message());
        settle();
    }

    private void rest(PostgresBackend opened) {
        backend = opened;
        opened.receiveWith(new Idle(opened));
    }

    /**
     * Hands the connection over as soon as it has what the session has. To be called once, and nothing after it.
     *
     * @param then gets the connection, which is its own from now on, or null if there is none; perhaps before this returns
     */
    void take(PostgresCarriedState wanted, Consumer<@Nullable PostgresBackend> then) {
        discarded = true;
        taker = then;
        bring(wanted);
        if (!replaying) {
            settle();
        }
    }

    void discard() {
        discarded = true;
        if (!replaying) {
            settle();
        }
    }

    /** Nothing is under way: the connection goes to whoever waits for it, or ends if nobody ever will. */
    private void settle() {
        PostgresBackend idle = backend;
        Consumer<@Nullable PostgresBackend> waiting = taker;
        if (waiting != null) {
            taker = null;
            backend = null;
            waiting.accept(idle != null && idle.isOpen() ? idle : null);
        } else if (discarded && idle != null) {
            backend = null;
            idle.terminate();
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

    private static final class Idle extends PostgresFrameReceiver {
        Idle(PostgresBackend backend) {
            super(backend);
        }

        @Override
        void onFrame(byte type, ByteBuf body) {
            // Nobody waits for what an idle connection says; if it is an error, the connection ends.
        }

        @Override
        public void onClosed(@Nullable Throwable cause) {
            // Whoever takes the connection sees that it is not open.
        }
    }
}
