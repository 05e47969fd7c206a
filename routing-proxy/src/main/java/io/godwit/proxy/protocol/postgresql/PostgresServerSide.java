package io.godwit.proxy.protocol.postgresql;

import io.godwit.events.DatabaseRoute;
import io.godwit.proxy.gate.GatedSession;
import io.godwit.proxy.gate.LoopGate;
import io.godwit.proxy.protocol.postgresql.PostgresSessionState.Attached;
import io.godwit.proxy.protocol.postgresql.PostgresSessionState.Attaching;
import io.godwit.proxy.protocol.postgresql.PostgresSessionState.Capturing;
import io.godwit.proxy.protocol.postgresql.PostgresSessionState.Closed;
import io.godwit.proxy.protocol.postgresql.PostgresSessionState.Detached;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A session's server side: decides when the session is with a server and with which, as its gate says. {@link
 * PostgresSessionState} shows the states. Confined to the session's event loop.
 */
final class PostgresServerSide implements PostgresDeparture.Listener, PostgresAttachment.Listener {
    /** Equals no gate's pass. */
    private static final long NO_EPOCH = -2;

    private final GatedSession session;
    private final LoopGate gate;
    private final PostgresServers servers;
    private final PostgresSessionClient client;
    private final PostgresRelay relay;
    private final Owner owner;

    private PostgresSessionState state = new Detached(PostgresCarriedState.NOTHING);
    private long epoch = NO_EPOCH;
    private @Nullable PostgresPin pin;
    private @Nullable PostgresServerLoss loss;

    /** A session that is to rehearse its departure runs nothing, as if the gate were closed. */
    private boolean rehearsing;

    private @Nullable Runnable onRehearsed;

    /** The rest of the session. */
    interface Owner {
        /** The gate has changed. */
        void onProgress();

        /** The session is going to leave its server; what the client has sent waits. */
        void onLeaving();

        /** The session has no server; it may end now, otherwise it goes on to the next one. */
        void onDetached();

        /** The session is with a server: what waited goes on. */
        void onAttached();

        /** The session can't go on. */
        void end(PostgresError error);

        /** The server has ended the session, and the client is to hear it from it. */
        void end(PostgresServerLoss loss);
    }

    PostgresServerSide(
            GatedSession session,
            LoopGate gate,
            PostgresServers servers,
            PostgresSessionClient client,
            PostgresRelay relay,
            Owner owner) {
        this.session = session;
        this.gate = gate;
        this.servers = servers;
        this.client = client;
        this.relay = relay;
        this.owner = owner;
    }

    /** Whether the gate is open to the server that the session is with, and nothing else is wanted of the session. */
    boolean gateIsOpen() {
        return gate.pass() == epoch && !rehearsing;
    }

    /** Whether frames may go to a server. */
    boolean isAttached() {
        return state instanceof Attached;
    }

    boolean onServer() {
        return state.onServer();
    }

    boolean isPinned() {
        return pin != null;
    }

    @Nullable
    PostgresPin pin() {
        return switch (state) {
            case Attached _ -> relay.exchange().idle() ? pin : PostgresPin.by(relay.exchange());
            case Capturing _ -> PostgresPin.now("session state is being read");
            case Attaching _, Detached _, Closed _ -> null;
        };
    }

    /** What pinned the session may have gone with what runs now. */
    void onExchangeStarted() {
        pin = null;
    }

    // The gate.

    void onGateClosed() {
        switch (state) {
            case Attached _ -> owner.onProgress();
            case Attaching(var carried, var attachment) -> {
                attachment.cancel();
                state = new Detached(carried);
                gate.detached(session);
            }
            case Capturing _, Detached _, Closed _ -> {}
        }
    }

    void onGateOpened() {
        switch (state) {
            case Attached _ -> {
                pin = null;
                if (gateIsOpen()) {
                    owner.onAttached();
                } else {
                    owner.onProgress();
                }
            }
            case Attaching(var carried, var attachment) -> {
                DatabaseRoute route = gate.route();
                if (route == null || !route.backend().equals(attachment.route().backend())) {
                    attachment.cancel();
                    state = new Detached(carried);
                    attach();
                }
            }
            case Detached _ -> attach();
            // What the capture finds decides.
            case Capturing _, Closed _ -> {}
        }
    }

    // Leaving a server.

    /**
     * Reads the session's state as soon as nothing runs, as if it were to leave its server, and gives it to the connection
     * that was opened ahead. When the gate closes, the same has been done once and costs less, and the next server has
     * most of it.
     *
     * @param over runs when it is done, or can't be
     */
    void rehearse(Runnable over) {
        rehearsed();
        if (!(state instanceof Attached) || !gateIsOpen()) {
            over.run();
            return;
        }
        rehearsing = true;
        onRehearsed = over;
        owner.onProgress();
    }

    /** What is still to be rehearsed is not. */
    void endRehearsal() {
        boolean waited = rehearsing;
        rehearsed();
        if (waited && state instanceof Attached && gateIsOpen()) {
            owner.onAttached();
        }
    }

    private void rehearsed() {
        rehearsing = false;
        Runnable over = onRehearsed;
        onRehearsed = null;
        if (over != null) {
            over.run();
        }
    }

    /** Nothing runs: leaves the server if the gate is not open to it and nothing is known to be in the way. */
    void leaveIfDue() {
        if (state instanceof Attached(var backend) && !gateIsOpen() && pin == null) {
            owner.onLeaving();
            boolean stays = gate.pass() == epoch;
            state = new Capturing(backend, epoch);
            // Whatever the gate does meanwhile, the client's frames wait until the server has answered.
            epoch = NO_EPOCH;
            // A slow reader on the client's side may have stopped it.
            backend.channel().config().setAutoRead(true);
            new PostgresDeparture(backend, relay.watch(), servers, stays, this).start();
        }
    }

    @Override
    public void onReady(PostgresCarriedState carried) {
        if (!(state instanceof Capturing(var backend, long reached))) {
            return;
        }
        rehearsed();
        if (gate.pass() == reached) {
            goOnWith(backend, reached);
            return;
        }
        client.remember(backend.parameters());
        backend.terminate();
        detach(carried);
    }

    @Override
    public void onRehearsed(PostgresCarriedState carried) {
        if (state instanceof Capturing(var backend, long reached)) {
            rehearsing = false;
            servers.bringAhead(carried, this::rehearsed);
            goOnWith(backend, reached);
        }
    }

    @Override
    public void onPinned(String reason) {
        if (state instanceof Capturing(var backend, long reached)) {
            rehearsed();
            pin = gate.pass() == reached ? null : PostgresPin.now(reason);
            goOnWith(backend, reached);
        }
    }

    private void goOnWith(PostgresBackend backend, long reached) {
        state = new Attached(backend);
        epoch = reached;
        backend.receiveWith(relay);
        owner.onAttached();
    }

    @Override
    public void onLost(@Nullable PostgresError error) {
        if (!(state instanceof Capturing(var backend, var ignored))) {
            return;
        }
        if (relay.watch().dirty()) {
            owner.end(error == null ? PostgresError.terminated() : error);
        } else {
            client.remember(backend.parameters());
            detach(relay.watch().clean());
        }
    }

    private void detach(PostgresCarriedState carried) {
        rehearsed();
        relay.detach();
        state = new Detached(carried);
        epoch = NO_EPOCH;
        gate.detached(session);
        owner.onDetached();
        if (gate.pass() != LoopGate.CLOSED) {
            attach();
        }
    }

    /**
     * The connection has ended.
     *
     * @param lastWords the server's FATAL message to an idle session; owned from now on
     * @param leaving whether the session is to end anyway
     */
    void onServerLost(@Nullable ByteBuf lastWords, boolean leaving) {
        PostgresServerLoss lost = new PostgresServerLoss(lastWords, epoch);
        if (!(state instanceof Attached(var backend))) {
            lost.release();
            return;
        }
        boolean unknowing = relay.atRest() && !relay.watch().dirty() && pin == null && !leaving;
        if (unknowing) {
            // Nothing ran and nothing was there: if this was a fence, the session goes on behind it.
            loss = lost;
            client.remember(backend.parameters());
            detach(relay.watch().clean());
        } else {
            owner.end(lost);
        }
    }

    // Joining a server.

    /** Goes to the server of the gate's route, if the session has none and there is a route. */
    void attach() {
        DatabaseRoute route = gate.route();
        if (route == null || !(state instanceof Detached(var carried))) {
            return;
        }
        PostgresAttachment attachment = servers.attachment(route, carried, client.isWelcomed(), this);
        state = new Attaching(carried, attachment);
        servers.start(attachment);
    }

    @Override
    public void onAttached(PostgresBackend backend, PostgresAttachment attachment) {
        PostgresServerLoss lost = loss;
        loss = null;
        if (lost != null) {
            if (lost.concernsClient(attachment)) {
                backend.terminate();
                owner.end(lost);
                return;
            }
            lost.release();
        }
        state = new Attached(backend);
        epoch = attachment.route().epoch();
        relay.attach(backend);
        client.onAttached(backend.parameters());
        owner.onAttached();
    }

    @Override
    public void onFailed(PostgresError error) {
        owner.end(PostgresError.fatal(error.sqlState(), error.message()));
    }

    @Override
    public void onNotification(ByteBuf body) {
        client.notification(body);
    }

    // The end.

    /** Asks the server to cancel what runs; {@code done} runs when the server has taken it or there is nothing. */
    void cancel(Runnable done) {
        if (state instanceof Attached(var backend) && !relay.exchange().idle()) {
            servers.cancel(backend, done);
        } else {
            done.run();
        }
    }

    boolean isClosed() {
        return state instanceof Closed;
    }

    void close() {
        PostgresSessionState last = state;
        state = new Closed();
        epoch = NO_EPOCH;
        rehearsed();
        switch (last) {
            case Attached(var backend) -> servers.leave(backend, relay);
            case Capturing(var backend, var ignored) -> servers.drop(backend);
            case Attaching(var ignored, var attachment) -> attachment.cancel();
            case Detached _, Closed _ -> {}
        }
        servers.disarm();
        if (loss != null) {
            loss.release();
            loss = null;
        }
    }
}
