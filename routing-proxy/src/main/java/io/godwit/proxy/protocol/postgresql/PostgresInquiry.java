package io.godwit.proxy.protocol.postgresql;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks a server on the connection of an idle session, in one round trip and one transaction, without disturbing what
 * the session has there: the statements have a name of the proxy's own, so that the session's unnamed one stays.
 */
abstract class PostgresInquiry extends PostgresFrameReceiver {
    private final Interruption interruption;
    private @Nullable PostgresError error;

    interface Interruption {
        /**
         * The connection ended first.
         *
         * @param error what the server said last, if anything
         */
        void onLost(@Nullable PostgresError error);

        /** A NotificationResponse, which is the client's. */
        void onNotification(ByteBuf body);
    }

    PostgresInquiry(PostgresBackend backend, Interruption interruption) {
        super(backend);
        this.interruption = interruption;
    }

    final void ask(List<byte[]> statements) {
        backend().receiveWith(this);
        backend().send(out -> {
            for (byte[] sql : statements) {
                PostgresClientMessages.run(out, sql);
            }
            PostgresClientMessages.sync(out);
        });
    }

    abstract void onRow(List<PostgresText> columns);

    /** A row of a COPY, as it is to be sent back. */
    void onCopiedRow(ByteBuf row) {}

    /** The connection ended first. */
    void onInterrupted() {}

    /** One more statement is done. */
    void onStatementDone() {}

    /**
     * Everything is answered.
     *
     * @param failure why the statements from a certain one on were not run, and those before it undone; null if all are
     */
    abstract void onEnd(@Nullable PostgresError failure);

    @Override
    final void onFrame(byte type, ByteBuf body) {
        switch (type) {
            case 'D' -> onRow(columns(body));
            case 'd' -> onCopiedRow(body);
            case 'C' -> onStatementDone();
            case 'E' -> error = PostgresError.read(body);
            case 'A' -> interruption.onNotification(body);
            case 'Z' -> onEnd(error);
            default -> {}
        }
    }

    @Override
    public final void onClosed(@Nullable Throwable cause) {
        onInterrupted();
        interruption.onLost(error);
    }

    private static List<PostgresText> columns(ByteBuf row) {
        int count = row.readUnsignedShort();
        List<PostgresText> columns = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int length = row.readInt();
            byte[] column = new byte[Math.max(length, 0)];
            row.readBytes(column);
            columns.add(new PostgresText(column));
        }
        return columns;
    }
}
