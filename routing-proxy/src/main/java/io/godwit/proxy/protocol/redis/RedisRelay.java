package io.godwit.proxy.protocol.redis;

import io.godwit.proxy.protocol.LoopPulse;
import io.godwit.proxy.protocol.Parking;
import io.godwit.proxy.protocol.ReadBuffers;
import io.godwit.proxy.protocol.ServerReceiver;
import io.godwit.proxy.protocol.SocketWriter;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Passes a session's commands and replies between client and server: {@link RedisRequests} reads the client, {@link
 * RedisReplies} the server, {@link RedisPending} holds what is still to be answered. While the session's epoch is the one
 * that may pass, a command costs a comparison; otherwise {@link RedisRelayOwner#admits} decides, and what it does not
 * admit is parked. Behind a command that may wait for long nothing is sent, so that it can be taken to another server.
 * Confined to the event loop that client and server channel share.
 */
// Netty reports a failed write by closing the channel.
@SuppressWarnings("FutureReturnValueIgnored")
final class RedisRelay implements ServerReceiver, RedisRequests.Sink, RedisReplies.Sink, RedisInterpreter.Server {
    private static final int MOST_PARKED_WHILE_BLOCKED = 1024 * 1024;

    private final Channel client;
    private final RedisClientState state;
    private final RedisRelayOwner owner;
    private final RedisInterpreter interpreter;
    private final RedisScripts scripts;
    private final RedisPending pending = new RedisPending();
    private final Parking parking = new Parking();
    private final LoopPulse pulse;
    private final RedisRequests requests;
    private final SocketWriter toClient;
    private RedisReplies replies;
    private @Nullable RedisBackend server;
    private @Nullable SocketWriter toServer;
    private @Nullable RedisBlockedCommand blocked;
    private RedisAwaited blockedReply = RedisAwaited.blocked();
    private @Nullable RedisProtocolException broken;
    private int parkedBytes;
    private boolean barrierLifted;
    private boolean catchingUp;
    private boolean quitting;
    private boolean closed;
    private boolean farewell;

    RedisRelay(
            Channel client,
            RedisClientState state,
            RedisCredentials credentials,
            RedisScripts scripts,
            RedisRelayOwner owner) {
        this.client = client;
        this.state = state;
        this.scripts = scripts;
        this.owner = owner;
        this.pulse = LoopPulse.of(client.eventLoop());
        this.interpreter = new RedisInterpreter(state, credentials, this);
        this.requests = new RedisRequests(client.alloc(), this);
        this.toClient = new SocketWriter(client);
        ReadBuffers.share(client);
        this.replies = new RedisReplies(client.alloc(), state, pending, this);
    }

    boolean isParked() {
        return parking.isParked();
    }

    /** Whether the server has nothing to do for the session and owes it nothing. */
    boolean atRest() {
        return pending.isEmpty() && requests.atRest() && replies.atBoundary() && (blocked == null || blocked.canMove());
    }

    /** How many replies have come: while this stays the same, the same command runs. */
    long answered() {
        return pending.removed();
    }

    /** Whether a message of the proxy's own can be put between the server's. */
    boolean clientAtBoundary() {
        return replies.atBoundary();
    }

    /** Whether the client waits for a reply. */
    boolean awaitsReply() {
        return !pending.isEmpty() || blocked != null;
    }

    /** The command that waits on the server; null if none does. */
    @Nullable
    RedisBlockedCommand waitingOnServer() {
        RedisBlockedCommand command = blocked;
        return command == null || command.isUnblocked() ? null : command;
    }

    /** Whether the server has only part of a command. */
    boolean isInsideCommand() {
        return requests.isHalfPassed();
    }

    /** Whether something waits that nothing but the gate keeps back. */
    boolean canResume() {
        if (blocked != null) {
            return blocked.canMove();
        }
        return parking.isParked() && !pending.isFull() && !quitting;
    }

    /** Tells the client something that comes from no server, or came before its turn. */
    void tell(byte[] message) {
        tell(client.alloc().buffer(message.length).writeBytes(message));
    }

    /** @param message owned from now on */
    void tell(ByteBuf message) {
        client.writeAndFlush(message, client.voidPromise());
    }

    void attach(RedisBackend backend) {
        server = backend;
        toServer = new SocketWriter(backend.channel());
        ReadBuffers.share(backend.channel());
        replies.dropWithheld();
        replies = new RedisReplies(client.alloc(), state, pending, this);
        pending.clear();
        backend.receiveWith(this);
        // It may have been stopped because it pushed more than was to be kept.
        backend.setReading(client.isWritable());
    }

    void detach() {
        server = null;
        toServer = null;
        updateReading();
    }

    /** Lets what was parked go on, as far as it is admitted now; a command that was unblocked goes first. */
    void resume() {
        RedisBlockedCommand command = blocked;
        RedisBackend backend = server;
        if (command != null && command.canMove() && backend != null) {
            pending.add(blockedReply);
            send(command.again(System.nanoTime()));
        }
        Queue<ByteBuf> waiting = parking.takeAll();
        parkedBytes = 0;
        for (ByteBuf bytes : waiting) {
            onClientBytes(bytes);
            bytes.release();
        }
        updateReading();
        onClientReadComplete();
    }

    void close() {
        closed = true;
        parking.discard();
        replies.dropWithheld();
    }

    // The client's side.

    /** Takes all bytes; the buffer stays the caller's. */
    void onClientBytes(ByteBuf in) {
        if (quitting || closed || broken != null) {
            return;
        }
        if (parking.isParked()) {
            park(client.alloc().buffer(in.readableBytes()).writeBytes(in));
            return;
        }
        catchingUp = pulse.stoodStill(System.nanoTime());
        requests.read(in);
        if (catchingUp && parking.isParked()) {
            // The session may have lost its server meanwhile, or be about to leave it.
            pulse.onceCaughtUp(owner::onProgress);
        }
    }

    void onClientReadComplete() {
        if (toServer != null) {
            toServer.flush();
        }
        settle();
    }

    /** Tells whoever waits that something has come to an end. */
    private void settle() {
        if (broken != null && pending.isEmpty()) {
            owner.onBroken(broken);
        } else if (barrierLifted || !owner.gateIsOpen()) {
            barrierLifted = false;
            owner.onProgress();
        }
    }

    @Override
    public boolean mayBegin() {
        if (blocked != null || pending.isFull() || quitting || catchingUp) {
            return false;
        }
        return owner.gateIsOpen() || owner.admits();
    }

    @Override
    public boolean passesNothing() {
        return state.loggedOut();
    }

    @Override
    public void onPassed() {
        owner.onExchangeStarted();
        if (state.needsAttention()) {
            interpreter.onPassed();
        } else {
            pending.add();
        }
    }

    @Override
    public void onCommand(RedisCommand command, List<byte[]> arguments) {
        owner.onExchangeStarted();
        interpreter.onCommand(command, arguments);
    }

    @Override
    public void onLeftOut(RedisCommand command) {
        owner.onExchangeStarted();
        interpreter.onRefused(command);
    }

    @Override
    public void onBroken(RedisProtocolException exception) {
        broken = exception;
    }

    // RedisRequests has let the command through, hence there is a server.

    @Override
    public void pass(ByteBuf in, int from, int length) {
        SocketWriter writer = toServer;
        if (writer == null) {
            throw new IllegalStateException("a command was admitted while the session has no server");
        }
        writer.write(in, from, length);
        if (!writer.channel().isWritable()) {
            client.config().setAutoRead(false);
        }
    }

    @Override
    public void park(ByteBuf bytes) {
        parkedBytes += bytes.readableBytes();
        parking.park(bytes);
        updateReading();
    }

    private void send(List<byte[]> arguments) {
        ByteBuf out = client.alloc().buffer();
        RedisMessages.command(out, arguments);
        pass(out, out.readerIndex(), out.readableBytes());
        out.release();
    }

    @Override
    public void send(List<byte[]> arguments, @Nullable RedisAwaited awaited) {
        send(arguments);
        await(awaited);
    }

    @Override
    public void await(@Nullable RedisAwaited awaited) {
        if (awaited == null) {
            pending.add();
        } else {
            pending.add(awaited);
        }
    }

    @Override
    public void block(RedisBlockedCommand command, List<byte[]> arguments, RedisAwaited awaited) {
        send(arguments, awaited);
        blocked = command;
        blockedReply = awaited;
    }

    @Override
    public void logInAgain() {
        RedisBackend backend = server;
        if (backend != null) {
            send(backend.login(), RedisAwaited.replaced(type -> {
                if (type == '-') {
                    backend.channel().close();
                }
                return null;
            }));
        }
    }

    @Override
    public void onQuit() {
        quitting = true;
    }

    @Override
    public void onScriptLoaded(byte[] script) {
        if (server != null) {
            scripts.add(script, server.target());
        }
    }

    // The server's side.

    @Override
    public void receive(ByteBuf in) {
        replies.read(in);
        if (farewell) {
            // Not before the server's last word has been delivered.
            owner.onFarewell();
        }
    }

    @Override
    public void deliver(ByteBuf in, int from, int length) {
        toClient.write(in, from, length);
    }

    @Override
    public void deliver(ByteBuf bytes) {
        toClient.write(bytes);
    }

    @Override
    public boolean unblockAsked() {
        return blocked != null && blocked.unblockAsked();
    }

    @Override
    public void onUnblocked() {
        if (blocked != null) {
            blocked.onUnblocked();
            barrierLifted = true;
        }
    }

    @Override
    public void onAnswered(RedisAwaited awaited) {
        switch (awaited.kind()) {
            case BLOCKED -> {
                blocked = null;
                barrierLifted = true;
            }
            case FAREWELL -> farewell = true;
            case REPLY, CONFIRMATIONS -> {}
        }
    }

    @Override
    public void onReadComplete() {
        toClient.flush();
        RedisBackend from = server;
        if (from != null && !client.isWritable()) {
            from.setReading(false);
        }
        barrierLifted |= canResume();
        settle();
    }

    void onClientWritabilityChanged() {
        if (server != null) {
            server.setReading(client.isWritable());
        }
    }

    @Override
    public void onWritabilityChanged() {
        updateReading();
    }

    void updateReading() {
        // While a command waits on the server the client's end must not be missed.
        boolean waits = blocked != null && parkedBytes < MOST_PARKED_WHILE_BLOCKED;
        client.config()
                .setAutoRead((waits || !parking.isParked())
                        && (server == null || server.channel().isWritable()));
    }

    @Override
    public void onClosed(@Nullable Throwable cause) {
        owner.onServerLost();
    }
}
