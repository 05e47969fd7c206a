package io.godwit.proxy.protocol.postgresql;

import io.godwit.proxy.protocol.ServerReceiver;
import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Waits for the single byte with which a server answers SSLRequest. */
final class PostgresTlsNegotiation implements ServerReceiver {
    private final Runnable accepted;
    private final Runnable refused;
    private final Consumer<@Nullable Throwable> closed;

    PostgresTlsNegotiation(Runnable accepted, Runnable refused, Consumer<@Nullable Throwable> closed) {
        this.accepted = accepted;
        this.refused = refused;
        this.closed = closed;
    }

    @Override
    public void receive(ByteBuf in) {
        byte answer = in.readByte();
        if (in.isReadable()) {
            // Bytes that came before the handshake were not protected by it.
            throw new PostgresProtocolException("server sent unencrypted data after its answer to SSLRequest");
        }
        if (answer == 'S') {
            accepted.run();
        } else {
            refused.run();
        }
    }

    @Override
    public void onClosed(@Nullable Throwable cause) {
        closed.accept(cause);
    }
}
