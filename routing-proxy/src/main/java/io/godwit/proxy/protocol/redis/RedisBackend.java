package io.godwit.proxy.protocol.redis;

import io.godwit.events.ProxyCommand.Backend;
import io.godwit.proxy.protocol.ServerConnection;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One connection to a server. What it sends goes first to the proxy's own {@link RedisDialogue}, then to the session. */
// Netty reports a failed write or close by closing the channel.
@SuppressWarnings("FutureReturnValueIgnored")
final class RedisBackend extends ServerConnection {
    private static final long FAREWELL_SECONDS = 10;

    private final List<byte[]> login;
    private long clientId;

    /** @param login the {@code AUTH} command with which the connection logs in */
    RedisBackend(Backend target, Channel channel, List<byte[]> login) {
        super(target, channel, NOBODY);
        this.login = login;
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

    /** @param commands owned from now on */
    void send(ByteBuf commands) {
        channel().writeAndFlush(commands, channel().voidPromise());
    }

    /** Ends the connection, on which nothing runs. Nobody hears of it any more. */
    void terminate() {
        receiveWith(NOBODY);
        channel().close();
    }

    /** Ends the connection when the server has done what was sent. Nobody hears of it any more. */
    void abandon() {
        receiveWith(NOBODY);
        channel().config().setAutoRead(true);
        ByteBuf quit = channel().alloc().buffer();
        RedisMessages.command(quit, RedisInterpreter.command("QUIT"));
        channel().writeAndFlush(quit).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        var limit = channel().eventLoop().schedule(() -> channel().close(), FAREWELL_SECONDS, TimeUnit.SECONDS);
        channel().closeFuture().addListener(closed -> limit.cancel(false));
    }

    /** @param reading false leaves to TCP what the server sends */
    void setReading(boolean reading) {
        channel().config().setAutoRead(reading);
    }
}
