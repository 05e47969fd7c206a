package io.godwit.proxy.protocol.postgresql;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.util.Map;

/** What the proxy itself says to the client of a session. Confined to the channel's event loop. */
// Netty reports a failed write or close by closing the channel.
@SuppressWarnings("FutureReturnValueIgnored")
final class PostgresSessionClient {
    private final Channel channel;
    private final PostgresCancelKeys.Key cancelKey;
    private boolean welcomed;
    private Map<String, String> told = Map.of();

    PostgresSessionClient(Channel channel, PostgresCancelKeys.Key cancelKey) {
        this.channel = channel;
        this.cancelKey = cancelKey;
    }

    /** Whether the client's login is over. */
    boolean isWelcomed() {
        return welcomed;
    }

    /** @param parameters what the client was told of the server it has just left */
    void remember(Map<String, String> parameters) {
        told = Map.copyOf(parameters);
    }

    /** The session has a server: ends the login, or tells what is different from the server before. */
    void onAttached(Map<String, String> parameters) {
        ByteBuf out = channel.alloc().buffer();
        parameters.forEach((name, value) -> {
            if (!value.equals(told.get(name))) {
                PostgresServerMessages.parameterStatus(out, name, value);
            }
        });
        if (!welcomed) {
            welcomed = true;
            PostgresServerMessages.backendKeyData(out, cancelKey.processId(), cancelKey.secretKey());
            PostgresServerMessages.readyForQuery(out);
        }
        told = Map.of();
        write(out);
    }

    void error(PostgresError error) {
        ByteBuf out = channel.alloc().buffer();
        PostgresServerMessages.error(out, error);
        write(out);
    }

    void notification(ByteBuf body) {
        ByteBuf out = channel.alloc().buffer(body.readableBytes() + 5);
        out.writeByte('A');
        out.writeInt(body.readableBytes() + Integer.BYTES);
        out.writeBytes(body);
        write(out);
    }

    /** @param bytes owned from now on */
    void write(ByteBuf bytes) {
        channel.writeAndFlush(bytes, channel.voidPromise());
    }

    void closeAfterWrites() {
        if (channel.isActive()) {
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }
}
