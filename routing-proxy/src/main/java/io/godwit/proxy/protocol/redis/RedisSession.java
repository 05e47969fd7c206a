package io.godwit.proxy.protocol.redis;

import io.godwit.engines.Login;
import io.godwit.events.ProxyCommand.Backend;
import io.godwit.events.ProxyEvent.PinnedSession;
import io.godwit.proxy.gate.GatedSession;
import io.godwit.proxy.gate.LoopGate;
import io.godwit.proxy.protocol.HeldExchange;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A logged-in client's session: lets the client's commands through or has them wait. {@link RedisRelay} moves the bytes,
 * {@link RedisServerSide} knows the server. Confined to the client channel's event loop.
 */
// Netty reports a failed write or close by closing the channel.
@SuppressWarnings("FutureReturnValueIgnored")
final class RedisSession implements GatedSession, RedisRelayOwner, RedisServerSide.Owner {
    private static final String ENDED = "ERR the routing proxy has ended this connection; connect again";

    private final Channel channel;
    private final LoopGate gate;
    private final HeldExchange heldExchange;
    private final RedisServers servers;
    private final RedisClientState client = new RedisClientState();
    private final RedisRelay relay;
    private final RedisServerSide serverSide;
    private boolean begun;
    private boolean leaving;

    RedisSession(Channel channel, LoopGate gate, RedisServers servers, RedisCredentials credentials) {
        this.channel = channel;
        this.gate = gate;
        this.heldExchange = new HeldExchange(gate);
        this.servers = servers;
        this.relay = new RedisRelay(channel, client, credentials, servers.scripts(), this);
        this.serverSide = new RedisServerSide(this, channel.eventLoop(), gate, servers, client, relay, this);
    }

    /** Joins the gate and, when that is open, a server. */
    void start() {
        gate.enter(this);
        if (gate.mayAttach(this)) {
            serverSide.attach();
        }
    }

    RedisRelay relay() {
        return relay;
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
        serverSide.prepareToLeave();
        if (servers.isArmedFor(target)) {
            done.run();
        } else {
            servers.arm(target, login, client.toCarry(), done);
        }
    }

    @Override
    public void disarm() {
        servers.disarm();
    }

    @Override
    public Optional<PinnedSession> pinned() {
        return Optional.ofNullable(serverSide.pin()).map(RedisPin::toEvent);
    }

    @Override
    public boolean inspect(Consumer<Optional<PinnedSession>> told) {
        boolean known = serverSide.isKnown();
        if (known) {
            told.accept(pinned());
        }
        return known;
    }

    @Override
    public boolean awaitsClient() {
        return serverSide.isAttached() && relay.atRest();
    }

    @Override
    public void cut() {
        end(ENDED);
    }

    @Override
    public void leave() {
        leaving = true;
        onProgress();
    }

    // The client's commands.

    @Override
    public boolean gateIsOpen() {
        return serverSide.gateIsOpen() && !leaving;
    }

    @Override
    public boolean admits() {
        boolean admitted = serverSide.isAttached() && (serverSide.isPinned() || gateIsOpen());
        if (!admitted && (gate.pass() == LoopGate.CLOSED || serverSide.isEstablished())) {
            heldExchange.hold();
        }
        return admitted;
    }

    @Override
    public void onExchangeStarted() {
        gate.exchangeStarted();
    }

    @Override
    public void onProgress() {
        if (serverSide.isClosed()) {
            return;
        }
        boolean attached = serverSide.isAttached();
        if (leaving && (!attached || (relay.atRest() && !client.isBetweenCommands()))) {
            cut();
        } else if (attached && (gateIsOpen() || serverSide.isPinned())) {
            if (relay.canResume()) {
                resume();
            }
        } else {
            serverSide.leaveIfDue(leaving);
        }
    }

    @Override
    public void onFarewell() {
        closeAfterWrites();
        close();
    }

    @Override
    public void onBroken(RedisProtocolException broken) {
        end(broken.toError());
    }

    @Override
    public void onServerLost() {
        serverSide.onServerLost(leaving);
    }

    // The server side.

    @Override
    public void onLeaving() {
        if (relay.isParked()) {
            heldExchange.hold();
        }
    }

    @Override
    public void onDetached() {
        if (leaving) {
            cut();
        }
    }

    @Override
    public void onAttached() {
        if (!begun) {
            begun = true;
            gate.prepare(this);
        }
        resume();
        if (leaving) {
            onProgress();
        }
    }

    private void resume() {
        relay.resume();
        // What waits behind a command that blocks does not wait for the gate.
        if (!relay.isParked() || relay.waitingOnServer() != null) {
            heldExchange.resume();
        }
    }

    // The end.

    void onClientGone() {
        close();
    }

    @Override
    public void end(String error) {
        if (serverSide.isClosed()) {
            return;
        }
        if (relay.clientAtBoundary()) {
            channel.write(Unpooled.wrappedBuffer(RedisMessages.error(error)), channel.voidPromise());
        }
        closeAfterWrites();
        close();
    }

    @Override
    public void endWithServer() {
        closeAfterWrites();
        close();
    }

    private void closeAfterWrites() {
        if (channel.isActive()) {
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    private void close() {
        if (serverSide.isClosed()) {
            return;
        }
        serverSide.close();
        heldExchange.abandon();
        relay.close();
        gate.leave(this);
    }
}
