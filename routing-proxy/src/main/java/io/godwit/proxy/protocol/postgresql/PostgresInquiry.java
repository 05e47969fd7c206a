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

    /** What to ask anew if the server turns out not to have kept it. */
    private @Nullable Runnable anew;

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

    /**
     * Asks one question.
     *
     * @param again whether the same is going to be asked once more, or was asked before
     */
    final void ask(PostgresKeptStatement statement, byte[] sql, boolean again) {
        if (again) {
            askKept(List.of(), statement, sql);
        } else {
            ask(List.of(sql));
        }
    }

    /**
     * Asks with a statement that the server keeps for the next time.
     *
     * @param before statements that are run first
     * @param sql may differ from the last time's; then it is kept instead
     */
    final void askKept(List<byte[]> before, PostgresKeptStatement statement, byte[] sql) {
        boolean known = keep(statement, sql);
        anew = known ? () -> askKept(before, statement, sql) : null;
        backend().receiveWith(this);
        backend().send(out -> {
            before.forEach(first -> PostgresClientMessages.run(out, first));
            if (!known) {
                PostgresClientMessages.prepare(out, statement.bytes(), sql);
            }
            PostgresClientMessages.bind(out, statement.bytes());
            PostgresClientMessages.execute(out);
            PostgresClientMessages.sync(out);
        });
    }

    /** Has a question that is going to be {@linkplain #askKept asked} parsed and planned; it is not answered. */
    final void plan(PostgresKeptStatement statement, byte[] sql) {
        boolean known = keep(statement, sql);
        backend().receiveWith(this);
        backend().send(out -> {
            if (!known) {
                PostgresClientMessages.prepare(out, statement.bytes(), sql);
            }
            // A server plans when it binds.
            PostgresClientMessages.bind(out, statement.bytes());
            PostgresClientMessages.sync(out);
        });
    }

    /** @return whether the server has the very same already */
    private boolean keep(PostgresKeptStatement statement, byte[] sql) {
        PostgresText asked = new PostgresText(sql);
        return asked.equals(backend().kept().put(statement, asked));
    }

    abstract void onRow(List<PostgresText> columns);

    /** A row of a COPY, as it is to be sent back. */
    void onCopiedRow(ByteBuf row) {}

    /** The connection ended first. */
    void onInterrupted() {}

    /** What was answered so far has been undone, and is answered again. */
    void onAskedAnew() {}

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
            case 'Z' -> onReady();
            default -> {}
        }
    }

    private void onReady() {
        PostgresError failure = error;
        Runnable again = anew;
        if (failure != null) {
            backend().kept().clear();
        }
        if (failure != null && again != null && failure.sqlState().equals(PostgresKeptStatement.UNKNOWN)) {
            error = null;
            onAskedAnew();
            again.run();
        } else {
            onEnd(failure);
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
