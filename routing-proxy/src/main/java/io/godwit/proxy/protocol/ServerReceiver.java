package io.godwit.proxy.protocol;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Whoever a server connection speaks to at the moment. Called on the connection's event loop. */
public interface ServerReceiver {

    /**
     * Consumes what it can of {@code in}, which stays the caller's; what is left is offered again with more.
     *
     * @throws ProtocolViolationException ends the connection
     */
    void receive(ByteBuf in);

    default void onReadComplete() {}

    default void onWritabilityChanged() {}

    /**
     * The connection has ended, perhaps before it was this receiver's.
     *
     * @param cause null if it just closed
     */
    void onClosed(@Nullable Throwable cause);
}
