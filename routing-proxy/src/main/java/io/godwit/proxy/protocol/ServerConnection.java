package io.godwit.proxy.protocol;

import io.godwit.events.ProxyCommand.Backend;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import org.jspecify.annotations.Nullable;

/** One connection to a server. What it sends goes to the current receiver. Confined to the channel's event loop. */
// Netty reports a failed write or close by closing the channel.
@SuppressWarnings({"FutureReturnValueIgnored", "ReferenceEquality"}) // receivers are told apart by identity
public abstract class ServerConnection extends ChannelInboundHandlerAdapter {
    /** For what nobody waits for. */
    protected static final ServerReceiver NOBODY = new Discarding();

    private final Backend target;
    private final Channel channel;
    private ServerReceiver receiver;
    private @Nullable ByteBuf leftover;
    private boolean ended;
    /** Came after the end and is still to hear of it. */
    private @Nullable ServerReceiver untold;

    protected ServerConnection(Backend target, Channel channel, ServerReceiver receiver) {
        this.target = target;
        this.channel = channel;
        this.receiver = receiver;
    }

    public final Backend target() {
        return target;
    }

    public final Channel channel() {
        return channel;
    }

    public final boolean isReceivedBy(ServerReceiver other) {
        return receiver == other;
    }

    /** One that comes after the connection has ended is told so, too, but not before this has returned. */
    public final void receiveWith(ServerReceiver next) {
        boolean late = ended && next != receiver && next != NOBODY;
        receiver = next;
        if (late) {
            untold = next;
            channel.eventLoop().execute(this::tellLate);
        }
    }

    private void tellLate() {
        if (receiver == untold) {
            untold = null;
            receiver.onClosed(null);
        }
    }

    public final boolean isOpen() {
        return !ended && channel.isActive();
    }

    @Override
    public final void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        ByteBuf before = leftover;
        if (before != null) {
            leftover = null;
            in = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), before, in);
        }
        try {
            dispatch(in);
        } catch (ProtocolViolationException e) {
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
            ServerReceiver current = receiver;
            int readerIndex = in.readerIndex();
            current.receive(in);
            if (receiver == current && in.readerIndex() == readerIndex) {
                return;
            }
        }
    }

    @Override
    public final void channelReadComplete(ChannelHandlerContext ctx) {
        receiver.onReadComplete();
    }

    @Override
    public final void channelWritabilityChanged(ChannelHandlerContext ctx) {
        receiver.onWritabilityChanged();
    }

    @Override
    public final void channelInactive(ChannelHandlerContext ctx) {
        end(null);
    }

    @Override
    public final void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
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

    private static final class Discarding implements ServerReceiver {
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
