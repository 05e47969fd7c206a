package io.godwit.proxy.protocol.postgresql;

import io.godwit.proxy.protocol.LoopPulse;
import io.godwit.proxy.protocol.Parking;
import io.godwit.proxy.protocol.ReadBuffers;
import io.godwit.proxy.protocol.ServerReceiver;
import io.godwit.proxy.protocol.SocketWriter;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Passes a session's frames between client and server. Frames are opaque but for type and length, bodies are read only
 * where {@link PostgresStatementWatch} or the exchange need them, and nothing is collected. While the session's epoch
 * is the one that may pass, a frame from the client costs a comparison; otherwise {@link Owner#admits} decides, and
 * what it does not admit is parked. Confined to the event loop that client and server channel share.
 */
// Netty reports a failed write or close by closing the channel.
@SuppressWarnings("FutureReturnValueIgnored")
final class PostgresRelay implements ServerReceiver {
    /** What a server that ends a session on its own says, at most. */
    private static final int MAX_LAST_WORDS = 8 * 1024;

    private static final int PARAMETER_STATUS_LOOKED_AT = 1024;

    private final Channel client;
    private final Owner owner;
    private final PostgresStatementWatch watch = new PostgresStatementWatch();
    private final PostgresExchange exchange = new PostgresExchange();
    private final Parking parking = new Parking();
    private final LoopPulse pulse;
    private final PostgresFrameScanner clientFrames;
    private final SocketWriter toClient;
    private PostgresFrameScanner serverFrames;
    private @Nullable PostgresBackend server;
    private @Nullable SocketWriter toServer;
    private @Nullable ByteBuf lastWords;
    private boolean closed;

    interface Owner {
        /** Whether frames may pass without asking. */
        boolean gateIsOpen();

        /** Whether the next frame, of that type, may pass to the server now. */
        boolean admits(byte type);

        void onExchangeStarted();

        /** Frames have come to rest while the gate is not open. */
        void onProgress();

        /** What waited for the loop to learn what has happened while it stood still waits no more. */
        void onCaughtUp();

        /** The client takes leave while nothing runs. */
        void onTerminate();

        /** @param lastWords the server's FATAL message to an idle session, whole, if it sent one; owned by the callee */
        void onServerLost(@Nullable ByteBuf lastWords);
    }

    PostgresRelay(Channel client, Owner owner) {
        this.client = client;
        this.owner = owner;
        this.pulse = LoopPulse.of(client.eventLoop());
        this.clientFrames = new PostgresFrameScanner(this::interestInClientBody);
        this.toClient = new SocketWriter(client);
        ReadBuffers.share(client);
        this.serverFrames = newServerScanner();
    }

    private int interestInClientBody(byte type) {
        return switch (type) {
            case 'Q', 'P' -> PostgresStatementWatch.LOOKED_AT;
            case 'B' -> watch.wantsParameters() ? PostgresStatementWatch.LOOKED_AT : 0;
            default -> 0;
        };
    }

    private static PostgresFrameScanner newServerScanner() {
        return new PostgresFrameScanner(type -> type == 'S' ? PARAMETER_STATUS_LOOKED_AT : 0);
    }

    PostgresStatementWatch watch() {
        return watch;
    }

    PostgresExchange exchange() {
        return exchange;
    }

    boolean isParked() {
        return parking.isParked();
    }

    /** Whether nothing runs and no frame is on its way in either direction. */
    boolean atRest() {
        return exchange.idle() && clientFrames.atBoundary() && serverFrames.atBoundary() && lastWords == null;
    }

    /** Whether a message of the proxy's own can be put between the server's. */
    boolean serverAtBoundary() {
        return serverFrames.atBoundary();
    }

    void attach(PostgresBackend backend) {
        server = backend;
        toServer = new SocketWriter(backend.channel());
        ReadBuffers.share(backend.channel());
        serverFrames = newServerScanner();
        backend.receiveWith(this);
        updateReading();
    }

    void detach() {
        server = null;
        toServer = null;
        client.config().setAutoRead(!parking.isParked());
    }

    /**
     * Lets what was parked go on, as far as it is admitted now.
     *
     * @throws PostgresProtocolException if it breaks the protocol
     */
    void resume() {
        Queue<ByteBuf> waiting = parking.takeAll();
        try {
            waiting.forEach(this::onClientBytes);
        } finally {
            waiting.forEach(ByteBuf::release);
        }
        updateReading();
        onClientReadComplete();
    }

    void close() {
        closed = true;
        parking.discard();
        if (lastWords != null) {
            lastWords.release();
            lastWords = null;
        }
    }

    /** Takes all bytes; the buffer stays the caller's. */
    void onClientBytes(ByteBuf in) {
        if (parking.isParked()) {
            park(in);
            return;
        }
        int start = in.readerIndex();
        int end = in.writerIndex();
        int index = start;
        while (index < end) {
            if (clientFrames.atBoundary() && !begins(in.getByte(index))) {
                break;
            }
            index = clientFrames.advance(in, index, end);
            if (clientFrames.complete()) {
                onClientFrame();
            }
        }
        if (index > start) {
            toServer(in, start, index - start);
            in.readerIndex(index);
        }
        if (in.isReadable()) {
            park(in);
        }
    }

    /** @return whether the frame of that type may be sent on */
    private boolean begins(byte type) {
        if (type == 'X' && exchange.idle()) {
            // The owner closes both sides; what follows a Terminate has no meaning.
            owner.onTerminate();
            return false;
        }
        if (!owner.gateIsOpen() && !owner.admits(type)) {
            return false;
        }
        if (exchange.idle()) {
            if (PostgresExchange.ignoredWhenIdle(type)) {
                return true;
            }
            long now = System.nanoTime();
            if (pulse.stoodStill(now)) {
                pulse.onceCaughtUp(owner::onCaughtUp);
                return false;
            }
            exchange.begin(now);
            owner.onExchangeStarted();
        }
        exchange.onFrontend(type);
        return true;
    }

    private void onClientFrame() {
        switch (clientFrames.type()) {
            case 'Q' -> watch.onQuery(clientFrames.body());
            case 'P' -> watch.onParse(clientFrames.body());
            case 'B' -> {
                watch.unnamedStatement().onBind();
                if (watch.wantsParameters()) {
                    watch.onBind(clientFrames.body());
                }
            }
            // The Close of a prepared statement, and a call of a function by its number.
            case 'C' -> {
                if (clientFrames.firstBodyByte() == 'S') {
                    watch.onOpaque();
                }
            }
            case 'F' -> watch.onOpaque();
            default -> {}
        }
    }

    private void park(ByteBuf in) {
        if (client.isActive() && !closed) {
            parking.park(client.alloc().buffer(in.readableBytes()).writeBytes(in));
            client.config().setAutoRead(false);
        } else {
            in.skipBytes(in.readableBytes());
        }
    }

    private void toServer(ByteBuf in, int from, int length) {
        SocketWriter writer = toServer;
        if (writer == null) {
            throw new IllegalStateException("a frame was admitted while the session has no server");
        }
        writer.write(in, from, length);
        if (!writer.channel().isWritable()) {
            client.config().setAutoRead(false);
        }
    }

    void onClientReadComplete() {
        if (toServer != null) {
            toServer.flush();
        }
        if (!owner.gateIsOpen()) {
            owner.onProgress();
        }
    }

    void onClientWritabilityChanged() {
        if (server != null) {
            server.channel().config().setAutoRead(client.isWritable());
        }
    }

    private void updateReading() {
        client.config()
                .setAutoRead(!parking.isParked()
                        && (server == null || server.channel().isWritable()));
    }

    @Override
    public void receive(ByteBuf in) {
        int start = in.readerIndex();
        int end = in.writerIndex();
        int index = start;
        while (index < end && lastWords == null) {
            if (serverFrames.atBoundary() && in.getByte(index) == 'E' && exchange.idle()) {
                lastWords = client.alloc().buffer();
                break;
            }
            index = serverFrames.advance(in, index, end);
            if (serverFrames.complete()) {
                onServerFrame();
            }
        }
        if (index > start) {
            toClient.write(in, start, index - start);
            in.readerIndex(index);
        }
        if (lastWords != null) {
            lastWords.writeBytes(in, Math.min(in.readableBytes(), MAX_LAST_WORDS - lastWords.readableBytes()));
            in.skipBytes(in.readableBytes());
        }
    }

    private void onServerFrame() {
        switch (serverFrames.type()) {
            case 'Z' -> exchange.onReady(serverFrames.firstBodyByte());
            case 'G', 'W' -> exchange.onCopyIn();
            case 'E' -> exchange.onError();
            case 'S' -> rememberParameter(serverFrames.body());
            default -> {}
        }
    }

    private void rememberParameter(ByteBuf body) {
        ByteBuf fields = body.duplicate();
        boolean whole = body.isReadable() && body.getByte(body.writerIndex() - 1) == 0;
        if (server != null && whole && fields.bytesBefore((byte) 0) < fields.readableBytes() - 1) {
            server.parameters().put(PostgresFrameReceiver.string(fields), PostgresFrameReceiver.string(fields));
        }
    }

    @Override
    public void onReadComplete() {
        toClient.flush();
        PostgresBackend from = server;
        if (from != null && !client.isWritable()) {
            from.channel().config().setAutoRead(false);
        }
        if (!owner.gateIsOpen()) {
            owner.onProgress();
        }
    }

    @Override
    public void onWritabilityChanged() {
        updateReading();
    }

    @Override
    public void onClosed(@Nullable Throwable cause) {
        ByteBuf words = lastWords;
        lastWords = null;
        owner.onServerLost(words);
    }
}
