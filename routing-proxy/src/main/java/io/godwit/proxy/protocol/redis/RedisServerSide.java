package io.godwit.proxy.protocol.redis;

import io.godwit.events.DatabaseRoute;
import io.godwit.proxy.gate.GatedSession;
import io.godwit.proxy.gate.LoopGate;
import io.godwit.proxy.protocol.redis.RedisSessionState.Attached;
import io.godwit.proxy.protocol.redis.RedisSessionState.Attaching;
import io.godwit.proxy.protocol.redis.RedisSessionState.Closed;
import io.godwit.proxy.protocol.redis.RedisSessionState.Detached;
import io.godwit.proxy.protocol.redis.RedisSessionState.Listening;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A session's server side: decides when the session is with a server and with which, as its gate says. {@link
 * RedisSessionState} shows the states. Confined to the session's event loop.
 */
final class RedisServerSide implements RedisAttachment.Listener {
    /** Equals no gate's pass. */
    private static final long NO_EPOCH = -2;

    /** The next server is given the subscriptions before the gate is told that the session has left. */
    private static final Duration BRING_LIMIT = Duration.ofMillis(300);

    private static final Duration FIRST_LIMIT = Duration.ofSeconds(1);
    private static final long NOTHING_SEEN = -1;

    private final GatedSession session;
    private final EventLoop loop;
    private final LoopGate gate;
    private final RedisServers servers;
    private final RedisClientState client;
    private final RedisRelay relay;
    private final RedisUnblocking unblocking;
    private final RedisHandover handover;
    private final Owner owner;
    private RedisSessionState state = new Detached();
    private long epoch = NO_EPOCH;
    private long lostEpoch = NO_EPOCH;
    private boolean established;
    private long seenAnswered = NOTHING_SEEN;
    private long seenSince;

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
        void end(String error);

        /** The server has ended the session. */
        void endWithServer();
    }

    RedisServerSide(
            GatedSession session,
            EventLoop loop,
            LoopGate gate,
            RedisServers servers,
            RedisClientState client,
            RedisRelay relay,
            Owner owner) {
        this.session = session;
        this.loop = loop;
        this.gate = gate;
        this.servers = servers;
        this.client = client;
        this.relay = relay;
        this.unblocking = new RedisUnblocking(loop, servers, client, relay, owner::onProgress);
        this.handover = new RedisHandover(loop);
        this.owner = owner;
    }

    /** Whether the gate is open to the server that the session is with. */
    boolean gateIsOpen() {
        return gate.pass() == epoch;
    }

    /** Makes ready to leave the server. */
    void prepareToLeave() {
        if (state instanceof Attached(var backend)) {
            servers.prepareUnblocking(backend);
        }
    }

    /** Whether the session has had a server. */
    boolean isEstablished() {
        return established;
    }

    /** Whether commands may go to a server. */
    boolean isAttached() {
        return state instanceof Attached;
    }

    boolean onServer() {
        return state.onServer();
    }

    /** Whether the next command belongs to what runs on the server. */
    boolean isPinned() {
        return client.isBetweenCommands() || client.isMonitoring();
    }

    /** Why the session can't leave its server now; null if it can. */
    @Nullable
    RedisPin pin() {
        if (!(state instanceof Attached(var backend))) {
            return null;
        }
        if (client.isMonitoring()) {
            return RedisPin.now("monitor", backend.clientId());
        }
        if (client.inTransaction()) {
            return new RedisPin("transaction", client.transactionSince(), backend.clientId());
        }
        return runsCommand() ? new RedisPin("command", runningSince(), backend.clientId()) : null;
    }

    /** Whether it can be told now what keeps the session there: not while something runs that may be over soon. */
    boolean isKnown() {
        boolean runs = state instanceof Attached && !client.isMonitoring() && (client.inTransaction() || runsCommand());
        if (runs && seenAnswered != relay.answered()) {
            seenAnswered = relay.answered();
            seenSince = System.nanoTime();
        }
        return !runs;
    }

    /** A command that waits on the server does not count: it is taken along. */
    private boolean runsCommand() {
        return !relay.atRest() && relay.waitingOnServer() == null;
    }

    /** Nobody looks at the clock for every command: it is known of one that was seen running before. */
    private long runningSince() {
        return seenAnswered == relay.answered() ? seenSince : System.nanoTime();
    }

    // The gate.

    void onGateClosed() {
        switch (state) {
            case Attached _ -> owner.onProgress();
            case Attaching(var attachment) -> {
                attachment.cancel();
                handover.cancel();
                state = new Detached();
                claim();
                gate.detached(session);
            }
            case Detached _, Listening _, Closed _ -> {}
        }
    }

    void onGateOpened() {
        switch (state) {
            case Attached _ -> {
                if (gateIsOpen()) {
                    owner.onAttached();
                } else {
                    owner.onProgress();
                }
            }
            case Attaching(var attachment) -> {
                DatabaseRoute route = gate.route();
                if (route == null || !route.backend().equals(attachment.route().backend())) {
                    attachment.cancel();
                    handover.cancel();
                    state = new Detached();
                    attach();
                }
            }
            case Listening(var backend, var reached) -> {
                if (gate.pass() == reached && backend.isOpen()) {
                    state = new Attached(backend);
                    epoch = reached;
                    gate.hasGoneFirst(session);
                    servers.onReturned();
                    owner.onAttached();
                } else {
                    client.onServerChanged();
                    relay.detach();
                    handover.listenTo(backend);
                    state = new Detached();
                    attach();
                }
            }
            case Detached _ -> attach();
            case Closed _ -> {}
        }
    }

    // Leaving a server.

    /**
     * Leaves the server if the gate is not open to it and nothing is in the way.
     *
     * @param leaving whether the session is to leave it even if the gate is open
     */
    void leaveIfDue(boolean leaving) {
        if (!(state instanceof Attached(var backend)) || (gateIsOpen() && !leaving) || isPinned()) {
            return;
        }
        if (!relay.atRest()) {
            unblocking.start(backend);
            return;
        }
        owner.onLeaving();
        servers.onLeaving();
        RedisCarriedState carried = client.toCarry();
        if (carried.isSubscribed()) {
            listen(new Listening(backend, epoch), carried);
        } else {
            backend.terminate();
            servers.bringAhead(carried, () -> {});
            detach(backend);
        }
    }

    private void listen(Listening listening, RedisCarriedState carried) {
        state = listening;
        epoch = NO_EPOCH;
        claim();
        // A slow reader on the client's side may have stopped it.
        listening.backend().setReading(true);
        Runnable left = () -> {
            if (listening.equals(state)) {
                gate.detached(session);
            }
        };
        servers.bringAhead(carried, left);
        var _ = loop.schedule(left, BRING_LIMIT.toNanos(), TimeUnit.NANOSECONDS);
        owner.onDetached();
        if (gate.pass() != LoopGate.CLOSED) {
            onGateOpened();
        }
    }

    private void detach(RedisBackend left) {
        // Nobody would tell if it were restarted before the session comes back, and it keeps no scripts over that.
        servers.scripts().forget(left.target());
        relay.detach();
        client.onServerChanged();
        state = new Detached();
        epoch = NO_EPOCH;
        claim();
        gate.detached(session);
        owner.onDetached();
        if (gate.mayAttach(session)) {
            attach();
        }
    }

    /** What others send is not to be missed on the next server. */
    private void claim() {
        if (client.toCarry().isSubscribed()) {
            gate.goesFirst(session);
        }
    }

    /** Nobody waits for a server that does not answer; one that lets nobody in would not let the others in either. */
    private void giveWayLater(RedisAttachment attachment) {
        var _ = loop.schedule(
                () -> {
                    if (!state.equals(new Attaching(attachment))) {
                        return;
                    }
                    if (attachment.isShutOut()) {
                        giveWayLater(attachment);
                    } else {
                        gate.hasGoneFirst(session);
                    }
                },
                FIRST_LIMIT.toNanos(),
                TimeUnit.NANOSECONDS);
    }

    /**
     * The connection has ended.
     *
     * @param leaving whether the session is to end anyway
     */
    void onServerLost(boolean leaving) {
        switch (state) {
            case Attached(var backend) -> {
                if (relay.atRest() && !isPinned() && !leaving) {
                    // Nothing ran: if this was a fence, the session goes on behind it.
                    lostEpoch = epoch;
                    detach(backend);
                } else {
                    owner.endWithServer();
                }
            }
            // The fence; the next server has the rest.
            case Listening _ -> {}
            case Attaching _ -> handover.onListenedLost();
            case Detached _, Closed _ -> {}
        }
    }

    // Joining a server.

    /** Goes to the server of the gate's route, if the session has none and there is a route. */
    void attach() {
        DatabaseRoute route = gate.route();
        if (route == null || !(state instanceof Detached)) {
            return;
        }
        RedisAttachment attachment = servers.attachment(route, client.toCarry(), established, this);
        state = new Attaching(attachment);
        if (attachment.state().isSubscribed()) {
            giveWayLater(attachment);
        }
        servers.start(attachment);
    }

    @Override
    public void onAttached(RedisBackend backend, RedisInbox inbox, RedisAttachment attachment) {
        // From here on it hears what is sent.
        gate.hasGoneFirst(session);
        if (lostEpoch == attachment.route().epoch() && !attachment.wasRefused()) {
            // The server has ended this session and no other.
            inbox.release();
            backend.terminate();
            owner.endWithServer();
            return;
        }
        lostEpoch = NO_EPOCH;
        handover.complete(backend, inbox, () -> join(backend, inbox, attachment));
    }

    private void join(RedisBackend backend, RedisInbox inbox, RedisAttachment attachment) {
        if (!relay.clientAtBoundary()) {
            // The old server was cut off inside a message; nothing can follow that.
            inbox.release();
            backend.terminate();
            owner.endWithServer();
            return;
        }
        state = new Attached(backend);
        epoch = attachment.route().epoch();
        relay.attach(backend);
        relay.tell(inbox.take());
        inbox.release();
        if (established && client.isTracking() && client.protocolVersion() >= 3) {
            relay.tell(RedisMessages.invalidateAll());
        }
        established = true;
        owner.onAttached();
    }

    @Override
    public boolean isUndecided() {
        return gate.isUndecided();
    }

    @Override
    public void onFailed(String error) {
        owner.end(error);
    }

    // The end.

    boolean isClosed() {
        return state instanceof Closed;
    }

    void close() {
        RedisSessionState last = state;
        state = new Closed();
        epoch = NO_EPOCH;
        switch (last) {
            case Attached(var backend) -> {
                if (relay.atRest() || relay.waitingOnServer() != null || relay.isInsideCommand()) {
                    backend.terminate();
                } else {
                    backend.abandon();
                }
            }
            case Listening(var backend, var ignored) -> backend.terminate();
            case Attaching(var attachment) -> attachment.cancel();
            case Detached _, Closed _ -> {}
        }
        handover.cancel();
        servers.disarm();
    }
}
