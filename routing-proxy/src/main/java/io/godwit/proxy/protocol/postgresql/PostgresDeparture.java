package io.godwit.proxy.protocol.postgresql;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Readies an idle session for leaving its server: reads its state and gives it to the connection that was opened ahead.
 * Nothing changes on the server. It may be rehearsed, by a session that stays: then only what lasts is read. Confined to
 * the session's event loop.
 */
final class PostgresDeparture implements PostgresInquiry.Interruption, PostgresCapture.Listener {
    private final PostgresBackend backend;
    private final PostgresStatementWatch watch;
    private final PostgresServers servers;
    private final boolean rehearsal;
    private final Listener listener;

    /** Exactly one of the first four is called, once. */
    interface Listener {
        /** @param carried what the session takes along; the connection that was opened ahead has it, or is given it now */
        void onReady(PostgresCarriedState carried);

        /** @param carried what the session would have taken along */
        void onRehearsed(PostgresCarriedState carried);

        void onPinned(String reason);

        /**
         * The connection ended first.
         *
         * @param error what the server said last, if anything
         */
        void onLost(@Nullable PostgresError error);

        /** A NotificationResponse, which is the client's. */
        void onNotification(ByteBuf body);
    }

    PostgresDeparture(
            PostgresBackend backend,
            PostgresStatementWatch watch,
            PostgresServers servers,
            boolean rehearsal,
            Listener listener) {
        this.backend = backend;
        this.watch = watch;
        this.servers = servers;
        this.rehearsal = rehearsal;
        this.listener = listener;
    }

    void start() {
        new PostgresCapture(backend, watch, this, this).start();
    }

    @Override
    public void onFound(PostgresCarriedState found) {
        if (rehearsal) {
            listener.onRehearsed(found.lasting());
        } else {
            servers.bringAhead(found, () -> {});
            listener.onReady(found);
        }
    }

    @Override
    public void onPinned(String reason) {
        listener.onPinned(reason);
    }

    @Override
    public void onLost(@Nullable PostgresError error) {
        listener.onLost(error);
    }

    @Override
    public void onNotification(ByteBuf body) {
        listener.onNotification(body);
    }
}
