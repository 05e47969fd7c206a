package io.godwit.proxy.protocol.postgresql;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Receives on the connection that a session keeps without using it, so that nobody gets its locks before the fence and
 * no notification is missed.
 */
final class PostgresKeeping extends PostgresFrameReceiver {
    private final Listener listener;

    interface Listener {
        /** A NotificationResponse, which is the client's. */
        void onNotification(ByteBuf body);

        /** The fence, most likely, has ended the connection. */
        void onKeptLost();
    }

    PostgresKeeping(PostgresBackend backend, Listener listener) {
        super(backend);
        this.listener = listener;
    }

    void start() {
        backend().receiveWith(this);
    }

    @Override
    void onFrame(byte type, ByteBuf body) {
        if (type == 'A') {
            listener.onNotification(body);
        }
    }

    @Override
    public void onClosed(@Nullable Throwable cause) {
        listener.onKeptLost();
    }
}
