package io.godwit.proxy.protocol.redis;

import io.godwit.events.ProxyCommand.Backend;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a server. What it sends goes to the current receiver: the proxy's own {@link RedisDialogue}, then the
 * session. Confined to the channel's event loop.
 */
// Netty reports a failed write or close by closing the channel.
@SuppressWarnings({"FutureReturnValueIgnored", "ReferenceEquality"}) // receivers are told apart by identity
final class RedisBackend extends ChannelInboundHandlerAdapter {
    private static final long FAREWELL_SECONDS = 10;

    private final Backend target;
    private final Channel channel;
    private final List<byte[]> login;
    private RedisBackendReceiver receiver = new Discarding();
    private @Nullable ByteBuf leftover;
    private long clientId;
    private boolean ended;

    /** @param login the {@code AUTH} command with which the connection logs in */
    RedisBackend(Backend target, Channel channel, List<byte[]> login) {
        this.target = target;
        this.channel = channel;
        this.login = login;
    }

    Backend target() {
        return target;
    }

    Channel channel() {
        return channel;
    }

    List<byte[]> login() {
        return login;
    }

    /** The server's name for the connection, as {@code CLIENT ID} tells it. */
    long clientId() {
        return clientId;
    }

    void setClientId(long id) {
        clientId = id;
    }

    boolean isReceivedBy(RedisBackendReceiver other) {
        return receiver == other;
    }

    void receiveWith(RedisBackendReceiver next) {
        receiver = next;
    }

    boolean isOpen() {
        return !ended && channel.isActive();
    }

    /** @param commands owned from now on */
    void send(ByteBuf commands) {
        channel.writeAndFlush(commands, channel.voidPromise());
    }

    /** Ends the connection, on which nothing runs. Nobody hears of it any more. */
    void terminate() {
        receiver = new Discarding();
        channel.close();
    }

    /** Ends the connection when the server has done what was sent. Nobody hears of it any more. */
    void abandon() {
        receiver = new Discarding();
        channel.config().setAutoRead(true);
        ByteBuf quit = channel.alloc().buffer();
        RedisMessages.command(quit, RedisInterpreter.command("QUIT"));
        channel.writeAndFlush(quit).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        var limit = channel.eventLoop().schedule(() -> channel.close(), FAREWELL_SECONDS, TimeUnit.SECONDS);
        channel.closeFuture().addListener(closed -> limit.cancel(false));
    }

    /** @param reading false leaves to TCP what the server sends */
    void setReading(boolean reading) {
        channel.config().setAutoRead(reading);
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
        } catch (RedisProtocolException e) {
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
            RedisBackendReceiver current = receiver;
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

    private static final class Discarding implements RedisBackendReceiver {
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
