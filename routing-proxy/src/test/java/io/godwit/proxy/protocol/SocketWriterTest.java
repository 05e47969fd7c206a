package io.godwit.proxy.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SocketWriterTest {
    private static final int PIECES = 200;
    private static final int PIECE_BYTES = 64 * 1024;

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(
            1, Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    private ServerSocket listener;
    private Channel channel;
    private Socket peer;

    @BeforeEach
    void connect() throws IOException {
        listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        channel = new Bootstrap()
                .group(group)
                .channel(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class)
                .handler(new ChannelInboundHandlerAdapter())
                .connect(listener.getLocalSocketAddress())
                .syncUninterruptibly()
                .channel();
        peer = listener.accept();
    }

    @AfterEach
    void close() throws IOException {
        peer.close();
        listener.close();
        group.shutdownGracefully().syncUninterruptibly();
    }

    @Test
    void aSlowReaderGetsAllBytesInOrder() throws IOException, ExecutionException, InterruptedException {
        ByteBuf piece = channel.alloc().directBuffer(PIECE_BYTES);
        EventLoop loop = channel.eventLoop();
        Future<Boolean> filled = loop.submit(() -> {
            SocketWriter writer = new SocketWriter(channel);
            for (int i = 0; i < PIECES; i++) {
                // The same buffer each time, as it is when reading.
                piece.clear();
                piece.writeZero(10).writeInt(i).writeZero(PIECE_BYTES - 14);
                writer.write(piece, 10, PIECE_BYTES - 10);
                writer.write(channel.alloc().buffer(4).writeInt(-i));
            }
            writer.flush();
            return channel.isWritable();
        });

        assertThat(filled.get())
                .as("nobody has read, so the channel is not writable")
                .isFalse();
        assertThat(piece.refCnt()).as("nobody keeps the buffer").isEqualTo(1);
        assertThat(piece.readerIndex()).isZero();
        piece.release();
        for (int i = 0; i < PIECES; i++) {
            ByteBuf read = Unpooled.wrappedBuffer(peer.getInputStream().readNBytes(PIECE_BYTES - 10 + 4));
            assertThat(read.getInt(0)).isEqualTo(i);
            assertThat(read.getInt(PIECE_BYTES - 10)).isEqualTo(-i);
        }
    }
}
