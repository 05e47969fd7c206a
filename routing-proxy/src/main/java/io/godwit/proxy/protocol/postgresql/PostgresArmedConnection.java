package io.godwit.proxy.protocol.postgresql;

import io.godwit.engines.Login;
import io.godwit.events.ProxyCommand.Backend;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
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
final class PostgresArmedConnection implements PostgresReplay.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresArmedConnection.class);

    private final Backend target;

    /** Null before it stands and when it is no longer this object's. */
    private @Nullable PostgresBackend backend;

    /** What the connection has, or will have when the replay is over. */
    private PostgresCarriedState state = PostgresCarriedState.NOTHING;

    /** Whether some of it was refused, perhaps because what it is about was not there yet. */
    private boolean lacking;

    /** It is being opened, or a replay is under way. */
    private boolean busy = true;

    private boolean discarded;

    /** What the session turned out to have while it was busy. */
    private @Nullable PostgresCarriedState next;

    private final List<Runnable> waiting = new ArrayList<>();
    private @Nullable Consumer<@Nullable PostgresBackend> taker;

    PostgresArmedConnection(Backend target) {
        this.target = target;
    }

    /** @param place that the connection is to take; null if there is no pool */
    void open(
            EventLoop loop,
            PostgresConnector connector,
            @Nullable PostgresPlace place,
            Login login,
            Map<String, String> parameters,
            Runnable done) {
        waiting.add(done);
        connector.open(loop, target, login, parameters).addListener((Future<PostgresBackend> result) -> {
            if (result.isSuccess()) {
                if (place != null) {
                    place.give(result.getNow());
                }
                rest(result.getNow());
            } else {
                if (place != null) {
                    place.free();
                }
                report(
                        "No connection could be opened ahead of a move",
                        String.valueOf(result.cause().getMessage()));
            }
            goOn();
        });
    }

    boolean leadsTo(Backend other) {
        return target.equals(other);
    }

    /**
     * Gives the connection what the session has; the last call counts.
     *
     * @param done runs when it has that or can't have it, perhaps before this returns
     */
    void bring(PostgresCarriedState wanted, Runnable done) {
        waiting.add(done);
        next = wanted;
        if (!busy) {
            goOn();
        }
    }

    /** Nothing is under way: begins with what is to be done next. */
    private void goOn() {
        PostgresCarriedState wanted = next;
        PostgresBackend idle = backend == null || backend.isOpen() ? backend : null;
        backend = idle;
        next = null;
        busy = false;
        Optional<PostgresMissingState> missing = wanted == null || lacking ? Optional.empty() : wanted.beyond(state);
        boolean nothingMissing = missing.isPresent() && missing.get().isEmpty();
        if (wanted == null || idle == null || (discarded && taker == null) || nothingMissing) {
            settle();
            return;
        }
        busy = true;
        state = wanted.withoutContent();
        PostgresReplay replay = new PostgresReplay(idle, this);
        if (missing.isPresent()) {
            replay.start(missing.get());
        } else {
            replay.startAnew(wanted);
        }
    }

    @Override
    public void onReplayed(PostgresBackend replayed, boolean complete) {
        lacking = !complete;
        rest(replayed);
        goOn();
    }

    @Override
    public void onNotReplayed(PostgresError error) {
        onConnectionLost(error);
    }

    @Override
    public void onConnectionLost(PostgresError error) {
        backend = null;
        report("A session's state could not be given to its next server ahead of a move", error.message());
        goOn();
    }

    @Override
    public void onNotification(ByteBuf body) {
        // Nothing is listened to that anybody could notify before the move.
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
        // What was refused a moment ago is not asked for again while a client waits; but a standby, which is one no
        // more, has refused every LISTEN.
        boolean refusedForGood = !lacking || wanted.channels().isEmpty();
        next = refusedForGood && wanted.withoutContent().equals(state) ? null : wanted;
        if (!busy) {
            goOn();
        }
    }

    void discard() {
        discarded = true;
        if (!busy) {
            goOn();
        }
    }

    /** The connection goes to whoever waits for it, or ends if nobody ever will. */
    private void settle() {
        PostgresBackend idle = backend;
        Consumer<@Nullable PostgresBackend> taking = taker;
        if (taking != null) {
            taker = null;
            backend = null;
            taking.accept(idle);
        } else if (discarded && idle != null) {
            backend = null;
            idle.terminate();
        }
        List<Runnable> told = List.copyOf(waiting);
        waiting.clear();
        told.forEach(Runnable::run);
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
