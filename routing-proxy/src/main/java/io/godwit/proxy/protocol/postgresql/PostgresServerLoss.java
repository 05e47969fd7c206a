package io.godwit.proxy.protocol.postgresql;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A server ended the idle session; the client learns it only if it was not a move.
 *
 * @param lastWords the server's message, if it sent one; owned
 * @param epoch of the route that led to the server
 */
record PostgresServerLoss(@Nullable ByteBuf lastWords, long epoch) {

    /** Whether the server, when asked again, turned out to have ended this session and no other. */
    boolean concernsClient(PostgresAttachment again) {
        return epoch == again.route().epoch() && !again.wasRefused();
    }

    /** Passes the server's message on, to the session's client at its end. */
    void tell(PostgresSessionClient client) {
        if (lastWords != null) {
            client.write(lastWords);
        }
        client.closeAfterWrites();
    }

    void release() {
        if (lastWords != null) {
            lastWords.release();
        }
    }
}
