package io.godwit.proxy.protocol.postgresql;

import io.godwit.events.ProxyCommand.Backend;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a server. What it sends goes to the current receiver: the login, then the replay of a session's
 * state, then the session itself. Confined to the channel's event loop.
 */
// Netty reports a failed write or close by closing the channel.
@SuppressWarnings({"FutureReturnValueIgnored", "ReferenceEquality"}) // receivers are told apart by identity
final class PostgresBackend extends ChannelInboundHandlerAdapter {
    private final Backend target;
    private final Channel channel;
    private final Map<String, String> parameters = new HashMap<>();
    private PostgresBackendReceiver receiver;
    private @Nullable ByteBuf leftover;
    private int processId;
    private int secretKey;
    private boolean ended;

    PostgresBackend(Backend target, Channel channel, PostgresBackendReceiver receiver) {
        this.target = target;
        this.channel = channel;
        this.receiver = receiver;
    }

    Backend target() {
        return target;
    }

    Channel channel() {
        return channel;
    }

    /** The newest value of each parameter that the server reports. */
    Map<String, String> parameters() {
        return parameters;
    }

    int processId() {
        return processId;
    }

    int secretKey() {
        return secretKey;
    }

    void setCancelKey(int processId, int secretKey) {
        this.processId = processId;
        this.secretKey = secretKey;
    }

    boolean isReceivedBy(PostgresBackendReceiver other) {
        return receiver == other;
    }

    void receiveWith(PostgresBackendReceiver next) {
        receiver = next;
    }

    boolean isOpen() {
        return !ended && channel.isActive();
    }

    void send(Consumer<ByteBuf> messages) {
        ByteBuf out = channel.alloc().buffer();
        messages.accept(out);
        channel.writeAndFlush(out, channel.voidPromise());
    }

    /** Takes leave of the server as a client does. Nobody hears of the connection any more. */
    void terminate() {
        abandon();
        if (channel.isActive()) {
            ByteBuf out = channel.alloc().buffer();
            PostgresClientMessages.terminate(out);
            channel.writeAndFlush(out).addListener(ChannelFutureListener.CLOSE);
        } else {
            channel.close();
        }
    }

    /** Leaves the connection to itself: the server reads what was sent, until it closes. */
    void abandon() {
        receiver = new Discarding();
        channel.config().setAutoRead(true);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        ByteBuf before = leftover;
        if (before != null) {
            leftover = null;
            in = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), before, in);
        }
        try {
            dispatch(in);
        } catch (PostgresProtocolException e) {
            end(e);
            ctx.close();
        }
        if (in.isReadable() && !ended) {
            leftover = in;
        } else {
            in.release();
        }
    }

    private void dispatch(ByteBuf in) {
        while (in.isReadable()) {
            PostgresBackendReceiver current = receiver;
            int readerIndex = in.readerIndex();
            current.receive(in);
            if (receiver == current && in.readerIndex() == readerIndex) {
                return;
            }
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        receiver.onReadComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        receiver.onWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        end(null);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        end(cause);
        ctx.close();
    }

    private void end(@Nullable Throwable cause) {
        if (ended) {
            return;
        }
        ended = true;
        if (leftover != null) {
            leftover.release();
            leftover = null;
        }
        receiver.onClosed(cause);
    }

    private static final class Discarding implements PostgresBackendReceiver {
        @Override
        public void receive(ByteBuf in) {
            in.skipBytes(in.readableBytes());
        }

        @Override
        public void onClosed(@Nullable Throwable cause) {
            // Nobody waits for it.
        }
    }
}
