package io.godwit.proxy.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.Socket;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Passes bytes on to a channel. As long as nothing waits there and nothing encrypts, they go to the socket at once, from
 * the buffer into which they were read; what the socket does not take queues with the channel, as everything does on
 * other transports. Confined to the channel's event loop.
 */
// Netty reports a failed write by closing the channel.
@SuppressWarnings("FutureReturnValueIgnored")
public final class SocketWriter {
    private final Channel channel;
    private final @Nullable Socket socket;
    private boolean unflushed;

    /** @param channel connected, with the handlers that it is going to have */
    public SocketWriter(Channel channel) {
        this.channel = channel;
        boolean plain = channel.pipeline().get(SslHandler.class) == null;
        this.socket =
                plain && channel instanceof EpollSocketChannel epoll && epoll.fd() instanceof Socket its ? its : null;
    }

    public Channel channel() {
        return channel;
    }

    /** Writes that part of {@code in}, which stays the caller's with its indexes unmoved. {@link #flush} is to follow. */
    public void write(ByteBuf in, int from, int length) {
        int sent = socket == null ? 0 : send(socket, in, from, length);
        if (sent < length) {
            // A copy, since the buffer is the next read's, too.
            ByteBuf rest = channel.alloc().directBuffer(length - sent);
            write(rest.writeBytes(in, from + sent, length - sent));
        }
    }

    /** @param bytes owned from now on; {@link #flush} is to follow */
    public void write(ByteBuf bytes) {
        channel.write(bytes, channel.voidPromise());
        unflushed = true;
    }

    private int send(Socket to, ByteBuf in, int from, int length) {
        ChannelOutboundBuffer queue = channel.unsafe().outboundBuffer();
        if (queue == null || queue.totalPendingWriteBytes() > 0 || !in.hasMemoryAddress()) {
            return 0;
        }
        try {
            return to.sendAddress(in.memoryAddress(), from, from + length);
        } catch (IOException e) {
            // The channel meets the same error and deals with it.
            return 0;
        }
    }

    public void flush() {
        if (unflushed) {
            unflushed = false;
            channel.flush();
        }
    }
}
