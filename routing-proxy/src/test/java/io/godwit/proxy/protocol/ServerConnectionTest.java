package io.godwit.proxy.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.proxy.TestProxy;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who hears of a connection's end. */
class ServerConnectionTest {

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Receiver first = new Receiver();
    private final Receiver second = new Receiver();
    private final Receiver third = new Receiver();
    private final ServerConnection connection = new Connection(channel, first);

    @BeforeEach
    void endTheConnection() {
        channel.pipeline().addLast(connection);
        channel.close().syncUninterruptibly();
        assertThat(first.ends).isEqualTo(1);
    }

    @Test
    void whoComesAfterTheEndIsToldWhenItHasBegun() {
        connection.receiveWith(second);
        assertThat(second.ends).isZero();
        channel.runPendingTasks();
        assertThat(second.ends).isEqualTo(1);
        assertThat(first.ends).isEqualTo(1);
    }

    @Test
    void whoHasGoneAgainByThenIsNotTold() {
        connection.receiveWith(second);
        connection.receiveWith(third);
        channel.runPendingTasks();
        assertThat(second.ends).isZero();
        assertThat(third.ends).isEqualTo(1);
    }

    @Test
    void whoComesAgainIsToldOnce() {
        connection.receiveWith(second);
        connection.receiveWith(third);
        connection.receiveWith(second);
        connection.receiveWith(second);
        channel.runPendingTasks();
        connection.receiveWith(second);
        channel.runPendingTasks();
        assertThat(second.ends).isEqualTo(1);
        assertThat(third.ends).isZero();
    }

    private static final class Connection extends ServerConnection {
        Connection(Channel channel, ServerReceiver receiver) {
            super(TestProxy.NO_SERVER, channel, receiver);
        }
    }

    private static final class Receiver implements ServerReceiver {
        private int ends;

        @Override
        public void receive(ByteBuf in) {
            in.skipBytes(in.readableBytes());
        }

        @Override
        public void onClosed(@Nullable Throwable cause) {
            ends++;
        }
    }
}
