package io.godwit.proxy.protocol.postgresql;

import io.godwit.engines.Login;
import io.godwit.events.ProxyCommand.Backend;
import io.godwit.events.ProxyEvent.PinnedSession;
import io.godwit.proxy.gate.GatedSession;
import io.godwit.proxy.gate.LoopGate;
import io.godwit.proxy.protocol.HeldExchange;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An authenticated client's session, from its welcome to its end: lets the client's frames through or has them wait.
 * {@link PostgresRelay} moves the bytes, {@link PostgresServerSide} knows the server. Confined to the client channel's
 * event loop.
 */
final class PostgresSession implements GatedSession, PostgresRelay.Owner, PostgresServerSideOwner {
    private static final Duration REHEARSAL_LIMIT = Duration.ofMillis(300);

    private final PostgresSessionClient client;
    private final EventLoop loop;
    private final LoopGate gate;
    private final HeldExchange heldExchange;
    private final PostgresServers servers;
    private final PostgresCancelKeys cancelKeys;
    private final PostgresCancelKeys.Key cancelKey;
    private final PostgresRelay relay;
    private final PostgresServerSide serverSide;
    private boolean leaving;

    PostgresSession(Channel channel, LoopGate gate, PostgresServers servers, PostgresCancelKeys cancelKeys) {
        this.loop = channel.eventLoop();
        this.gate = gate;
        this.heldExchange = new HeldExchange(gate);
        this.servers = servers;
        this.cancelKeys = cancelKeys;
        this.cancelKey = cancelKeys.register(this);
        this.client = new PostgresSessionClient(channel, cancelKey);
        this.relay = new PostgresRelay(channel, this);
        this.serverSide = new PostgresServerSide(this, gate, servers, client, relay, this);
    }

    /** Joins the gate and, when that is open, a server; the client is welcomed then. */
    void start() {
        gate.enter(this);
        if (gate.mayAttach(this)) {
            serverSide.attach();
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
        return serverSide.onServer();
    }

    @Override
    public void onGateClosed() {
        serverSide.onGateClosed();
    }

    @Override
    public void onGateOpened() {
        serverSide.onGateOpened();
    }

    @Override
    public void arm(Backend target, Login login, Runnable done) {
        // A session without a connection takes one over, with what was opened ahead for it.
        boolean needless = servers.isPooled() && !serverSide.isAttached();
        if (needless || servers.isArmedFor(target)) {
            done.run();
            return;
        }
        servers.arm(target, login, () -> {
            serverSide.reading().rehearse(done);
            // An open transaction may last long; nobody waits for its end.
            var _ = loop.schedule(serverSide.reading()::endRehearsal, REHEARSAL_LIMIT.toNanos(), TimeUnit.NANOSECONDS);
        });
    }

    @Override
    public void disarm() {
        serverSide.reading().endRehearsal();
        servers.disarm();
    }

    @Override
    public Optional<PinnedSession> pinned() {
        return Optional.ofNullable(serverSide.pin()).map(pin -> pin.of(cancelKey));
    }

    @Override
    public boolean inspect(Consumer<Optional<PinnedSession>> told) {
        return serverSide
                .reading()
                .inspect(pin -> told.accept(Optional.ofNullable(pin).map(found -> found.of(cancelKey))));
    }

    @Override
    public boolean awaitsClient() {
        PostgresExchange exchange = relay.exchange();
        return serverSide.isAttached() && (exchange.inCopy() || !exchange.awaitsServer());
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
        return serverSide.gateIsOpen() && !leaving;
    }

    @Override
    public boolean admits(byte type) {
        if (!serverSide.isAttached()) {
            hold();
            return false;
        }
        PostgresExchange exchange = relay.exchange();
        if (!exchange.idle()) {
            // A client that always has the next query under way must come to rest, too.
            return serverSide.gateIsOpen() || !(exchange.atQueryBoundary() && exchange.awaitsServer());
        }
        if (serverSide.foundPin() != null || serverSide.gateIsOpen()) {
            return true;
        }
        hold();
        return false;
    }

    /** What waits only for a connection of the pool does not wait at the gate. */
    private void hold() {
        if (!servers.isPooled() || !gate.mayAttach(this)) {
            heldExchange.hold();
        }
    }

    @Override
    public void onExchangeStarted() {
        gate.exchangeStarted();
        serverSide.unpin();
    }

    @Override
    public void onProgress() {
        if (!serverSide.isAttached()) {
            if (servers.isPooled()) {
                serverSide.attachIfNeeded();
            }
            return;
        }
        if (!relay.atRest()) {
            PostgresExchange exchange = relay.exchange();
            if (relay.isParked() && !(exchange.atQueryBoundary() && exchange.awaitsServer()) && !exchange.idle()) {
                resume();
            }
        } else if (leaving && !relay.isParked()) {
            cut();
        } else {
            serverSide.leaveIfDue();
        }
    }

    @Override
    public void onCaughtUp() {
        // The session may have lost its server meanwhile; then it goes on with the next one.
        if (serverSide.isAttached()) {
            resume();
        }
    }

    private void resume() {
        if (relay.isParked()) {
            try {
                relay.resume();
            } catch (PostgresProtocolException broken) {
                refuse(broken.toError());
                return;
            }
        }
        if (!relay.isParked()) {
            heldExchange.resume();
        }
    }

    @Override
    public void onServerLost(@Nullable ByteBuf lastWords) {
        serverSide.onServerLost(lastWords, leaving);
    }

    // The server side.

    @Override
    public void onLeaving() {
        if (relay.isParked()) {
            hold();
        }
    }

    @Override
    public void onDetached() {
        if (relay.isParked()) {
            hold();
        } else if (leaving) {
            cut();
        }
    }

    @Override
    public void onAttached() {
        resume();
        if (!gateIsOpen()) {
            onProgress();
        }
    }

    // The end.

    /** Asks the server to cancel what runs; {@code done} runs when the server has taken it or there is nothing. */
    void cancel(Runnable done) {
        serverSide.cancel(done);
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

    @Override
    public void end(PostgresError error) {
        if (serverSide.isClosed()) {
            return;
        }
        if (relay.serverAtBoundary()) {
            client.error(error);
        }
        client.closeAfterWrites();
        close();
    }

    @Override
    public void end(PostgresServerLoss loss) {
        loss.tell(client);
        close();
    }

    private void close() {
        if (serverSide.isClosed()) {
            return;
        }
        serverSide.close();
        heldExchange.abandon();
        relay.close();
        cancelKeys.remove(cancelKey);
        gate.leave(this);
    }
}
