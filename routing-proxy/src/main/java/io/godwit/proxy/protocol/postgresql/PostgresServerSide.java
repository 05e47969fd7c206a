package io.godwit.proxy.protocol.postgresql;

import io.godwit.events.DatabaseRoute;
import io.godwit.proxy.gate.GatedSession;
import io.godwit.proxy.gate.LoopGate;
import io.godwit.proxy.protocol.postgresql.PostgresSessionState.Attached;
import io.godwit.proxy.protocol.postgresql.PostgresSessionState.Attaching;
import io.godwit.proxy.protocol.postgresql.PostgresSessionState.Capturing;
import io.godwit.proxy.protocol.postgresql.PostgresSessionState.Closed;
import io.godwit.proxy.protocol.postgresql.PostgresSessionState.Detached;
import io.godwit.proxy.protocol.postgresql.PostgresSessionState.Kept;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A session's server side: decides when the session is with a server and with which, as its gate says. {@link
 * PostgresSessionState} shows the states. Confined to the session's event loop.
 */
final class PostgresServerSide
        implements PostgresDeparture.Listener, PostgresKeeping.Listener, PostgresAttachment.Listener {
    /** Equals no gate's pass. */
    private static final long NO_EPOCH = -2;

    /** So long others wait for a session whose locks and listens are to be there first. */
    private static final Duration FIRST_LIMIT = Duration.ofSeconds(1);

    private final GatedSession session;
    private final LoopGate gate;
    private final PostgresServers servers;
    private final PostgresSessionClient client;
    private final PostgresRelay relay;
    private final PostgresServerSideOwner owner;

    private PostgresSessionState state = new Detached(PostgresCarriedState.NOTHING);
    private final PostgresRehearsal rehearsal;
    private final PostgresPendingLoss loss = new PostgresPendingLoss();
    private long epoch = NO_EPOCH;
    private @Nullable PostgresPin pin;

    PostgresServerSide(
            GatedSession session,
            LoopGate gate,
            PostgresServers servers,
            PostgresSessionClient client,
            PostgresRelay relay,
            PostgresServerSideOwner owner) {
        this.session = session;
        this.gate = gate;
        this.servers = servers;
        this.client = client;
        this.relay = relay;
        this.owner = owner;
        this.rehearsal = new PostgresRehearsal(this, owner);
    }

    PostgresRehearsal rehearsal() {
        return rehearsal;
    }

    /** Whether the gate is open to the server that the session is with, and nothing else is wanted of the session. */
    boolean gateIsOpen() {
        return gate.pass() == epoch && !rehearsal.isWanted();
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
            case Attaching _, Kept _, Detached _, Closed _ -> null;
        };
    }

    /** Whether something has to end before it can be told what keeps the session on its server. */
    boolean isBusy() {
        return state instanceof Capturing || (state instanceof Attached && !relay.atRest());
    }

    /** What pinned the session may have gone, with what runs now for example. */
    void forgetPin() {
        pin = null;
    }

    // The gate.

    void onGateClosed() {
        // What was in the way of a rehearsal may have gone.
        pin = null;
        switch (state) {
            case Attached _ -> owner.onProgress();
            case Attaching(var carried, var attachment) -> {
                // A connection that is kept is not closed; the session leaves it again when it is back.
                if (!attachment.isReturning()) {
                    attachment.cancel();
                    waitAgain(carried);
                    gate.detached(session);
                }
            }
            case Capturing _, Kept _, Detached _, Closed _ -> {}
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
                    waitAgain(carried);
                    attach();
                }
            }
            case Detached _, Kept _ -> attach();
            // What the capture finds decides.
            case Capturing _, Closed _ -> {}
        }
    }

    // Leaving a server.

    /** Nothing runs: leaves the server if the gate is not open to it and nothing is known to be in the way. */
    void leaveIfDue() {
        if (state instanceof Attached && !gateIsOpen() && pin == null) {
            owner.onLeaving();
            capture();
        }
    }

    /** Reads the session's state; it stays, whatever is found, if the gate is open to its server. */
    void capture() {
        if (!(state instanceof Attached(var backend))) {
            return;
        }
        boolean stays = gate.pass() == epoch;
        state = new Capturing(backend, epoch);
        // Whatever the gate does meanwhile, the client's frames wait until the server has answered.
        epoch = NO_EPOCH;
        // A slow reader on the client's side may have stopped it.
        backend.channel().config().setAutoRead(true);
        new PostgresDeparture(backend, relay.watch(), servers, stays, this).start();
    }

    @Override
    public void onReady(PostgresCarriedState carried) {
        if (!(state instanceof Capturing(var backend, long reached))) {
            servers.forget(carried);
            return;
        }
        rehearsal.end();
        if (gate.pass() == reached) {
            if (!carried.locks().isEmpty()) {
                // The connection that was opened ahead may have them, too, and they are not to be had twice.
                servers.disarm();
            }
            servers.forget(carried);
            goOnWith(backend, reached);
            return;
        }
        client.remember(backend.parameters());
        if (carried.isFeltByOthers()) {
            state = new Kept(backend, carried);
            new PostgresKeeping(backend, this).start();
            gate.goesFirst(session);
        } else {
            backend.terminate();
            state = new Detached(carried);
        }
        onLeft();
    }

    @Override
    public void onRehearsed(PostgresCarriedState carried) {
        if (!(state instanceof Capturing(var backend, long reached))) {
            servers.forget(carried);
            return;
        }
        if (rehearsal.isInspection()) {
            servers.forget(carried);
        } else {
            rehearsal.read();
            servers.bringAhead(backend, carried, () -> {
                servers.forget(carried);
                rehearsal.end();
            });
        }
        goOnWith(backend, reached);
    }

    @Override
    public void onPinned(String reason) {
        if (state instanceof Capturing(var backend, long reached)) {
            rehearsal.read();
            pin = PostgresPin.now(reason);
            goOnWith(backend, reached);
            rehearsal.end();
        }
    }

    private void goOnWith(PostgresBackend backend, long reached) {
        state = new Attached(backend);
        epoch = reached;
        backend.receiveWith(relay);
        // Before anything new runs.
        rehearsal.endInspection();
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
            state = new Detached(relay.watch().clean());
            onLeft();
        }
    }

    @Override
    public void onBroken(PostgresError error) {
        owner.end(error);
    }

    private void onLeft() {
        rehearsal.end();
        rehearsal.endInspection();
        relay.detach();
        epoch = NO_EPOCH;
        gate.detached(session);
        owner.onDetached();
        if (gate.mayAttach(session)) {
            attach();
        }
    }

    @Override
    public void onKeptLost() {
        if (state instanceof Kept(var _, var carried)) {
            state = new Detached(carried);
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
            loss.keep(lost);
            client.remember(backend.parameters());
            state = new Detached(relay.watch().clean());
            onLeft();
        } else {
            owner.end(lost);
        }
    }

    // Joining a server.

    /** Goes to the server of the gate's route, if the session has none and there is a route. */
    void attach() {
        DatabaseRoute route = gate.route();
        if (route == null) {
            return;
        }
        switch (state) {
            case Detached(var carried) -> servers.start(begin(route, carried));
            case Kept(var backend, var carried) -> {
                PostgresAttachment attachment = begin(route, carried);
                if (backend.isOpen() && backend.target().equals(route.backend())) {
                    servers.disarm();
                    attachment.startWithKept(backend);
                } else {
                    backend.terminate();
                    servers.start(attachment);
                }
            }
            case Attaching _, Attached _, Capturing _, Closed _ -> {}
        }
    }

    private PostgresAttachment begin(DatabaseRoute route, PostgresCarriedState carried) {
        PostgresAttachment attachment = servers.attachment(route, carried, client.isWelcomed(), this);
        Attaching attaching = new Attaching(carried, attachment);
        state = attaching;
        if (carried.isFeltByOthers()) {
            servers.after(FIRST_LIMIT, () -> {
                if (state.equals(attaching)) {
                    gate.hasGoneFirst(session);
                }
            });
        }
        return attachment;
    }

    /** What was begun is broken off; the session waits for the gate. */
    private void waitAgain(PostgresCarriedState carried) {
        state = new Detached(carried);
        if (carried.isFeltByOthers()) {
            gate.goesFirst(session);
        }
    }

    @Override
    public void onAttached(PostgresBackend backend, PostgresAttachment attachment) {
        PostgresServerLoss lost = loss.settle(attachment);
        if (lost != null) {
            backend.terminate();
            owner.end(lost);
            return;
        }
        if (state instanceof Attaching(var carried, var _)) {
            servers.forget(carried);
        }
        state = new Attached(backend);
        epoch = attachment.route().epoch();
        relay.attach(backend);
        client.onAttached(backend.parameters());
        gate.hasGoneFirst(session);
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
        rehearsal.end();
        rehearsal.endInspection();
        servers.leave(last, relay);
        servers.disarm();
        loss.forget();
    }
}
