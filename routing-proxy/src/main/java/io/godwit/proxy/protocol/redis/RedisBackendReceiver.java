package io.godwit.proxy.protocol.redis;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Takes what a server sends on one connection. On the connection's event loop. */
interface RedisBackendReceiver {
    /**
     * Consumes what it can of {@code in}, which stays the caller's; what is left is offered again with more.
     *
     * @throws RedisProtocolException ends the connection
     */
    void receive(ByteBuf in);

    default void onReadComplete() {}

    default void onWritabilityChanged() {}

    /**
     * The connection has ended.
     *
     * @param cause null if it just closed
     */
    void onClosed(@Nullable Throwable cause);
}
