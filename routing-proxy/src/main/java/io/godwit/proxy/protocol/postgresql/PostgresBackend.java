package io.godwit.proxy.protocol.postgresql;

import io.godwit.events.ProxyCommand.Backend;
import io.godwit.proxy.protocol.ServerConnection;
import io.godwit.proxy.protocol.ServerReceiver;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a server. What it sends goes first to the login, then to the replay of a session's state, then to
 * the session itself.
 */
// Netty reports a failed write or close by closing the channel.
@SuppressWarnings("FutureReturnValueIgnored")
final class PostgresBackend extends ServerConnection {
    /** A server that has been told to end a connection, and does not, may keep it. */
    private static final Duration END_LIMIT = Duration.ofSeconds(10);

    private final Map<String, String> parameters = new HashMap<>();
    private final Map<PostgresKeptStatement, PostgresText> kept = new EnumMap<>(PostgresKeptStatement.class);
    private int processId;
    private int secretKey;
    private @Nullable PostgresPlace place;

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

    /** What the server was given under the statement's name, as far as is known: whoever had the connection may have ended it. */
    Map<PostgresKeptStatement, PostgresText> kept() {
        return kept;
    }

    /** The connection counts until the server has ended it. */
    void occupy(PostgresPlace taken) {
        place = taken;
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
            if (place == null) {
                channel().writeAndFlush(out).addListener(ChannelFutureListener.CLOSE);
            } else {
                channel().writeAndFlush(out, channel().voidPromise());
                awaitEnd(place);
            }
        } else {
            channel().close();
        }
    }

    /** Ends the connection wherever it is in its messages. Nobody hears of it any more. */
    void drop() {
        abandon();
        if (place != null && channel().isActive() && channel() instanceof DuplexChannel duplex) {
            duplex.shutdownOutput();
            awaitEnd(place);
        } else {
            channel().close();
        }
    }

    private void awaitEnd(PostgresPlace taken) {
        taken.onEnding();
        Future<?> limit =
                channel().eventLoop().schedule(() -> channel().close(), END_LIMIT.toNanos(), TimeUnit.NANOSECONDS);
        channel().closeFuture().addListener(ignored -> limit.cancel(false));
    }

    /** Leaves the connection to itself: the server reads what was sent, until it closes. */
    void abandon() {
        receiveWith(NOBODY);
        channel().config().setAutoRead(true);
    }
}
