package io.godwit.proxy.protocol.postgresql;

import io.godwit.events.DatabaseRoute;
import io.godwit.events.ProxyCommand.Backend;
import io.godwit.events.ProxyEvent.PinnedSession;
import io.godwit.proxy.gate.GatedSession;
import io.godwit.proxy.gate.LoopGate;
import io.godwit.proxy.protocol.postgresql.PostgresSessionState.Attached;
import io.godwit.proxy.protocol.postgresql.PostgresSessionState.Attaching;
import io.godwit.proxy.protocol.postgresql.PostgresSessionState.Capturing;
import io.godwit.proxy.protocol.postgresql.PostgresSessionState.Closed;
import io.godwit.proxy.protocol.postgresql.PostgresSessionState.Detached;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An authenticated client's session: decides when it is with a server and with which. {@link PostgresSessionState}
 * shows the states, {@link PostgresRelay} moves the bytes. Confined to the client channel's event loop.
 */
// Netty reports a failed write or close by closing the channel.
@SuppressWarnings("FutureReturnValueIgnored")
final class PostgresSession
        implements GatedSession, PostgresRelay.Owner, PostgresCapture.Listener, PostgresAttachment.Listener {
    /** Equals no gate's pass. */
    private static final long NO_EPOCH = -2;

    private final PostgresSessionClient client;
    private final EventLoop loop;
    private final LoopGate gate;
    private final PostgresConnector connector;
    private final PostgresSessionSettings settings;
    private final PostgresCancelKeys cancelKeys;
    private final PostgresCancelKeys.Key cancelKey;
    private final Map<String, String> startupParameters;
    private final PostgresRelay relay;

    private PostgresSessionState state = new Detached(PostgresCarriedState.NOTHING);
    private long epoch = NO_EPOCH;
    private boolean leaving;
    private long heldSince;
    private boolean held;
    private @Nullable Pin pin;
    private @Nullable Loss loss;
    private @Nullable PostgresArmedConnection armed;

    private record Pin(String reason, long since) {}

    /** A server ended the idle session; the client learns it only if it was not a move. */
    private record Loss(@Nullable ByteBuf lastWords, long epoch) {
        void release() {
            if (lastWords != null) {
                lastWords.release();
            }
        }
    }

    /** @param startupParameters without user and database */
    PostgresSession(
            Channel channel,
            LoopGate gate,
            PostgresConnector connector,
            PostgresSessionSettings settings,
            PostgresCancelKeys cancelKeys,
            Map<String, String> startupParameters) {
        this.client = new PostgresSessionClient(channel);
        this.loop = channel.eventLoop();
        this.gate = gate;
        this.connector = connector;
        this.settings = settings;
        this.cancelKeys = cancelKeys;
        this.cancelKey = cancelKeys.register(this);
        this.startupParameters = Map.copyOf(startupParameters);
        this.relay = new PostgresRelay(channel, this);
    }

    /** Joins the gate and, when that is open, a server; the client is welcomed then. */
    void start() {
        gate.enter(this);
        if (gate.pass() != LoopGate.CLOSED) {
            attach();
        }
    }

    PostgresRelay relay() {
        return relay;
    }

    EventLoop loop() {
        return loop;
    }

    // The gate.

    @Override
    public boolean attached() {
        return switch (state) {
            case Attached ignored -> true;
            case Attaching ignored -> true;
            case Capturing ignored -> true;
            case Detached ignored -> false;
            case Closed ignored -> false;
        };
    }

    @Override
    public void onGateClosed() {
        switch (state) {
            case Attached ignored -> onProgress();
            case Attaching(var carried, var attachment) -> {
                attachment.cancel();
                state = new Detached(carried);
                gate.detached(this);
            }
            case Capturing ignored -> {}
            case Detached ignored -> {}
            case Closed ignored -> {}
        }
    }

    @Override
    public void onGateOpened() {
        switch (state) {
            case Attached ignored -> {
                pin = null;
                if (gate.pass() == epoch) {
                    resume();
                } else {
                    onProgress();
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
            case Detached ignored -> attach();
            // What the capture finds decides.
            case Capturing ignored -> {}
            case Closed ignored -> {}
        }
    }

    @Override
    public void arm(Backend target, Runnable done) {
        if (armed != null && armed.leadsTo(target)) {
            done.run();
            return;
        }
        disarm();
        armed = new PostgresArmedConnection(target);
        armed.open(loop, connector, startupParameters, done);
    }

    @Override
    public void disarm() {
        if (armed != null) {
            armed.discard();
            armed = null;
        }
    }

    @Override
    public Optional<PinnedSession> pinned() {
        PostgresExchange exchange = relay.exchange();
        Pin known = pin;
        return switch (state) {
            case Attached ignored
            when !exchange.idle() -> {
                String reason = exchange.inTransaction() ? "transaction" : exchange.inCopy() ? "copy" : "query";
                yield Optional.of(pinnedSince(reason, exchange.startedAt()));
            }
            case Attached ignored when known != null -> Optional.of(pinnedSince(known.reason(), known.since()));
            case Capturing ignored -> Optional.of(pinnedSince("session state is being read", System.nanoTime()));
            case Attached ignored -> Optional.empty();
            case Attaching ignored -> Optional.empty();
            case Detached ignored -> Optional.empty();
            case Closed ignored -> Optional.empty();
        };
    }

    private PinnedSession pinnedSince(String reason, long since) {
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since);
        return new PinnedSession(Integer.toString(cancelKey.processId()), reason, millis);
    }

    @Override
    public void cut() {
        end(PostgresError.terminated());
    }

    @Override
    public void leave() {
        leaving = true;
        if (!relay.isParked() && (!attached() || relay.atRest())) {
            cut();
        }
    }

    // The client's frames.

    @Override
    public boolean gateIsOpen() {
        return gate.pass() == epoch && !leaving;
    }

    @Override
    public boolean admits(byte type) {
        if (!(state instanceof Attached)) {
            hold();
            return false;
        }
        PostgresExchange exchange = relay.exchange();
        if (!exchange.idle()) {
            // A client that always has the next query under way must come to rest, too.
            return gate.pass() == epoch || !(exchange.atQueryBoundary() && exchange.awaitsServer());
        }
        if (pin != null || gate.pass() == epoch) {
            return true;
        }
        hold();
        return false;
    }

    private void hold() {
        if (!held) {
            held = true;
            heldSince = System.nanoTime();
            gate.exchangeHeld();
        }
    }

    @Override
    public void onExchangeStarted() {
        gate.exchangeStarted();
        pin = null;
    }

    @Override
    public void onProgress() {
        if (!(state instanceof Attached attached)) {
            return;
        }
        if (!relay.atRest()) {
            PostgresExchange exchange = relay.exchange();
            if (relay.isParked() && !(exchange.atQueryBoundary() && exchange.awaitsServer()) && !exchange.idle()) {
                relay.resume();
            }
        } else if (leaving && !relay.isParked()) {
            cut();
        } else if (gate.pass() != epoch && pin == null) {
            capture(attached.backend());
        }
    }

    private void capture(PostgresBackend backend) {
        if (relay.isParked()) {
            hold();
        }
        state = new Capturing(backend, epoch);
        // Whatever the gate does meanwhile, the client's frames wait until the server has answered.
        epoch = NO_EPOCH;
        // A slow reader on the client's side may have stopped it.
        backend.channel().config().setAutoRead(true);
        new PostgresCapture(backend, this).start(relay.watch().customSettings());
    }

    private void resume() {
        if (relay.isParked()) {
            relay.resume();
        }
        if (held && !relay.isParked()) {
            held = false;
            gate.exchangeResumed(System.nanoTime() - heldSince);
        }
    }

    // Leaving a server.

    @Override
    public void onCaptured(PostgresCarriedState carried) {
        if (!(state instanceof Capturing(var backend, long reached))) {
            return;
        }
        if (gate.pass() == reached) {
            goOnWith(backend, reached);
            return;
        }
        client.remember(backend.parameters());
        backend.terminate();
        detach(carried);
    }

    @Override
    public void onPinned(String reason) {
        if (state instanceof Capturing(var backend, long reached)) {
            pin = gate.pass() == reached ? null : new Pin(reason, System.nanoTime());
            goOnWith(backend, reached);
        }
    }

    private void goOnWith(PostgresBackend backend, long reached) {
        state = new Attached(backend);
        epoch = reached;
        backend.receiveWith(relay);
        resume();
    }

    @Override
    public void onLost(@Nullable PostgresError error) {
        if (!(state instanceof Capturing(var backend, var ignored))) {
            return;
        }
        if (relay.watch().dirty()) {
            end(error == null ? PostgresError.terminated() : error);
        } else {
            client.remember(backend.parameters());
            detach(PostgresCarriedState.NOTHING);
        }
    }

    private void detach(PostgresCarriedState carried) {
        relay.detach();
        state = new Detached(carried);
        epoch = NO_EPOCH;
        gate.detached(this);
        if (leaving && !relay.isParked()) {
            cut();
        } else if (gate.pass() != LoopGate.CLOSED) {
            attach();
        }
    }

    @Override
    public void onServerLost(@Nullable ByteBuf lastWords) {
        if (!(state instanceof Attached(var backend))) {
            if (lastWords != null) {
                lastWords.release();
            }
            return;
        }
        Loss lost = new Loss(lastWords, epoch);
        boolean unknowing = relay.atRest() && !relay.watch().dirty() && pin == null && !leaving;
        if (unknowing) {
            // Nothing ran and nothing was there: if this was a fence, the session goes on behind it.
            loss = lost;
            client.remember(backend.parameters());
            detach(PostgresCarriedState.NOTHING);
        } else {
            tell(lost);
        }
    }

    private void tell(Loss lost) {
        if (lost.lastWords() != null) {
            client.write(lost.lastWords());
        }
        client.closeAfterWrites();
        close();
    }

    // Joining a server.

    private void attach() {
        DatabaseRoute route = gate.route();
        if (route == null || !(state instanceof Detached(var carried))) {
            return;
        }
        PostgresBackend ahead = armed != null && armed.leadsTo(route.backend()) ? armed.take() : null;
        disarm();
        PostgresAttachment attachment = new PostgresAttachment(
                loop, connector, settings, route, startupParameters, carried, client.isWelcomed(), this);
        state = new Attaching(carried, attachment);
        attachment.start(ahead);
    }

    @Override
    public void onAttached(PostgresBackend backend, PostgresAttachment attachment) {
        Loss lost = loss;
        loss = null;
        if (lost != null) {
            if (lost.epoch() == attachment.route().epoch() && !attachment.wasRefused()) {
                backend.terminate();
                tell(lost);
                return;
            }
            lost.release();
        }
        state = new Attached(backend);
        epoch = attachment.route().epoch();
        relay.attach(backend);
        client.onAttached(backend.parameters(), cancelKey);
        resume();
        if (leaving) {
            onProgress();
        }
    }

    @Override
    public void onFailed(PostgresError error) {
        end(PostgresError.fatal(error.sqlState(), error.message()));
    }

    @Override
    public void onNotification(ByteBuf body) {
        client.notification(body);
    }

    // The end.

    /** Asks the server to cancel what runs; {@code done} runs when the server has taken it or there is nothing. */
    void cancel(Runnable done) {
        if (state instanceof Attached(var backend) && !relay.exchange().idle()) {
            connector.cancel(loop, backend.target(), backend.processId(), backend.secretKey(), done);
        } else {
            done.run();
        }
    }

    @Override
    public void onTerminate() {
        client.closeAfterWrites();
        close();
    }

    /** The client broke the protocol. */
    void refuse(PostgresError error) {
        end(error);
    }

    void onClientGone() {
        close();
    }

    private void end(PostgresError error) {
        if (state instanceof Closed) {
            return;
        }
        if (relay.serverAtBoundary()) {
            client.error(error);
        }
        client.closeAfterWrites();
        close();
    }

    private void close() {
        PostgresSessionState last = state;
        state = new Closed();
        epoch = NO_EPOCH;
        switch (last) {
            case Attached(var backend) -> leaveBehind(backend);
            case Capturing(var backend, var ignored) -> drop(backend);
            case Attaching(var ignored, var attachment) -> attachment.cancel();
            case Detached ignored -> {}
            case Closed ignored -> {
                return;
            }
        }
        if (held) {
            held = false;
            gate.exchangeAbandoned();
        }
        disarm();
        if (loss != null) {
            loss.release();
            loss = null;
        }
        relay.close();
        cancelKeys.remove(cancelKey);
        gate.leave(this);
    }

    private void leaveBehind(PostgresBackend backend) {
        PostgresExchange exchange = relay.exchange();
        if (relay.atRest()) {
            backend.terminate();
        } else if (exchange.terminated()) {
            backend.abandon();
        } else {
            if (exchange.awaitsServer()) {
                connector.cancel(loop, backend.target(), backend.processId(), backend.secretKey(), () -> {});
            }
            drop(backend);
        }
    }

    private static void drop(PostgresBackend backend) {
        backend.abandon();
        backend.channel().close();
    }
}
