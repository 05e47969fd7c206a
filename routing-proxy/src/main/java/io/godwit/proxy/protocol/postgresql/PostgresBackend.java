package io.godwit.proxy.protocol.postgresql;

import io.godwit.events.ProxyCommand.Backend;
import io.godwit.proxy.protocol.ServerConnection;
import io.godwit.proxy.protocol.ServerReceiver;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * One connection to a server. What it sends goes first to the login, then to the replay of a session's state, then to
 * the session itself.
 */
// Netty reports a failed write or close by closing the channel.
@SuppressWarnings("FutureReturnValueIgnored")
final class PostgresBackend extends ServerConnection {
    private final Map<String, String> parameters = new HashMap<>();
    private int processId;
    private int secretKey;

    PostgresBackend(Backend target, Channel channel, ServerReceiver receiver) {
        super(target, channel, receiver);
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

    void send(Consumer<ByteBuf> messages) {
        ByteBuf out = channel().alloc().buffer();
        messages.accept(out);
        channel().writeAndFlush(out, channel().voidPromise());
    }

    /** Takes leave of the server as a client does. Nobody hears of the connection any more. */
    void terminate() {
        abandon();
        if (channel().isActive()) {
            ByteBuf out = channel().alloc().buffer();
            PostgresClientMessages.terminate(out);
            channel().writeAndFlush(out).addListener(ChannelFutureListener.CLOSE);
        } else {
            channel().close();
        }
    }

    /** Leaves the connection to itself: the server reads what was sent, until it closes. */
    void abandon() {
        receiveWith(NOBODY);
        channel().config().setAutoRead(true);
    }
}
