package io.godwit.proxy.protocol.postgresql;

import io.godwit.events.DatabaseRoute;
import io.godwit.proxy.gate.GatedSession;
import io.godwit.proxy.gate.LoopGate;
import io.godwit.proxy.protocol.postgresql.PostgresDeparture.Purpose;
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
final class PostgresServerSide implements PostgresKeeping.Listener, PostgresAttachment.Listener {
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
    private final PostgresLending lending;
    private final PostgresStateReading reading;
    private final PostgresRehearsal rehearsal;

    private PostgresSessionState state = new Detached(PostgresCarriedState.NOTHING);
    private long epoch = NO_EPOCH;
    private @Nullable PostgresPin pin;
    private final PostgresPendingLoss loss = new PostgresPendingLoss();

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
        this.lending = new PostgresLending(this, servers, client, relay, owner);
        this.reading = new PostgresStateReading(this, servers, client, relay, owner, lending);
        this.rehearsal = reading.rehearsal();
    }

    /** Whether the gate is open to the server that the session is with, and nothing else is wanted of the session. */
    boolean gateIsOpen() {
        return gate.pass() == epoch && !rehearsal.isWanted() && !lending.isWanted();
    }

    /** Whether frames may go to a server. */
    boolean isAttached() {
        return state instanceof Attached;
    }

    boolean onServer() {
        return state.onServer();
    }

    @Nullable
    PostgresPin pin() {
        return switch (state) {
            case Attached _ -> relay.exchange().idle() ? lending.idlePin(pin) : PostgresPin.by(relay.exchange());
            case Capturing _ -> PostgresPin.now("session state is being read");
            case Attaching _, Kept _, Detached _, Closed _ -> null;
        };
    }

    // The gate.

    void onGateClosed() {
        // What was in the way of a rehearsal may have gone.
        pin = null;
        servers.endIdle();
        switch (state) {
            case Attached _ -> owner.onProgress();
            case Attaching(var carried, var attachment) -> {
                // A connection that is kept is not closed; the session leaves it again when it is back.
                if (!attachment.isReturning()) {
                    attachment.cancel();
                    waitAgain(carried);
                    owner.onLeaving();
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
            case Detached _, Kept _ -> attachIfNeeded();
            // What the capture finds decides.
            case Capturing _, Closed _ -> {}
        }
    }

    // Leaving a server.

    /** Nothing runs: leaves the server if the gate is not open to it and nothing is known to be in the way. */
    void leaveIfDue() {
        if (!(state instanceof Attached(var backend)) || gateIsOpen()) {
            return;
        }
        boolean stays = gateIsOpenToServer();
        if (stays && !rehearsal.isWanted()) {
            lending.lendIfDue(backend);
        } else if (pin == null && !lending.cancels()) {
            reading.start(backend, stays ? Purpose.REHEARSE : Purpose.LEAVE);
        }
    }

    PostgresStateReading reading() {
        return reading;
    }

    PostgresSessionState state() {
        return state;
    }

    boolean gateIsOpenToServer() {
        return gateIsOpenTo(epoch);
    }

    boolean gateIsOpenTo(long reached) {
        return gate.pass() == reached;
    }

    /** Whether only the pool could want the session to leave its server now, and nothing is known to be in the way. */
    boolean staysFree() {
        return gateIsOpenToServer() && !rehearsal.isWanted() && pin == null;
    }

    /** Whatever the gate does meanwhile, the client's frames wait until the server has answered. */
    void capturing(PostgresBackend backend, boolean lends, PostgresDeparture departure) {
        state = new Capturing(backend, epoch, lends, departure);
        epoch = NO_EPOCH;
    }

    void pin(PostgresPin by) {
        pin = by;
    }

    /** What pinned the session may have gone, with what runs now for example. */
    void unpin() {
        pin = null;
    }

    /** What was found when the session's state was read last, if it has run nothing since. */
    @Nullable
    PostgresPin foundPin() {
        return pin;
    }

    /** The session stays with its server after all. */
    void goOnWith(PostgresBackend backend, long reached) {
        state = new Attached(backend);
        epoch = reached;
        backend.receiveWith(relay);
        owner.onAttached();
    }

    /** The session has left its server, but others still feel it there. */
    void keep(PostgresBackend backend, PostgresCarriedState carried) {
        new PostgresKeeping(backend, this).start();
        gate.goesFirst(session);
        leave(new Kept(backend, carried));
    }

    /** The session has left its server. */
    void leave(PostgresSessionState next) {
        state = next;
        onLeft();
    }

    /** The session lends its connection. */
    void giveUp(PostgresBackend backend, PostgresCarriedState carried) {
        state = new Detached(carried);
        epoch = NO_EPOCH;
        relay.detach();
        servers.lend(backend, relay.watch());
        lending.end();
        onLeft();
    }

    private void onLeft() {
        rehearsal.end();
        reading.endInspection();
        lending.onDetached();
        relay.detach();
        epoch = NO_EPOCH;
        gate.detached(session);
        owner.onDetached();
        attachIfNeeded();
    }

    /** The session may have something to run: goes to a server, if the gate allows it. */
    void attachIfNeeded() {
        if (gate.mayAttach(session) && !(state instanceof Detached(var carried) && !needsServer(carried))) {
            attach();
        }
    }

    /** Whether a session without a connection is to have one; in a pool only while there is something to do there. */
    private boolean needsServer(PostgresCarriedState carried) {
        DatabaseRoute route = gate.route();
        return !servers.isPooled()
                || relay.isParked()
                || !client.isWelcomed()
                || carried.isFeltByOthers()
                || (route != null && servers.isArmedFor(route.backend()));
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
        boolean idle = relay.atRest() && pin == null && !leaving;
        PostgresCarriedState known = reading.stateOfLost();
        if (idle && known != null) {
            lost.release();
            client.remember(backend.parameters());
            leave(new Detached(known));
        } else if (idle && !relay.watch().dirty()) {
            // Nothing ran and nothing was there: if this was a fence, the session goes on behind it.
            loss.keep(lost);
            client.remember(backend.parameters());
            leave(new Detached(relay.watch().clean()));
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
        boolean begins = !client.isWelcomed();
        state = new Attached(backend);
        epoch = attachment.route().epoch();
        relay.attach(backend);
        client.onAttached(backend.parameters());
        gate.hasGoneFirst(session);
        lending.onAttached(attachment.state());
        if (begins || servers.isPooled()) {
            gate.prepare(session);
        }
        owner.onAttached();
        lending.onResumed();
    }

    @Override
    public boolean isUndecided() {
        return gate.isUndecided();
    }

    @Override
    public void onArmedAlong(PostgresArmedConnection along) {
        servers.adopt(along);
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
            lending.cancel(backend, done);
        } else {
            done.run();
        }
    }

    boolean isClosed() {
        return state instanceof Closed;
    }

    void close() {
        PostgresSessionState last = state;
        // What is left behind a closed gate is nobody's any more.
        boolean reusable = gateIsOpenToServer() && !lending.cancels();
        state = new Closed();
        epoch = NO_EPOCH;
        rehearsal.end();
        reading.endInspection();
        lending.onDetached();
        servers.leave(last, relay, reusable);
        lending.end();
        servers.disarm();
        loss.forget();
    }
}
