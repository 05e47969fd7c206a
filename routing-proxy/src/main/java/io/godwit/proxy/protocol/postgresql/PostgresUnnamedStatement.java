package io.godwit.proxy.protocol.postgresql;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Remembers a session's unnamed prepared statement, which clients may bind long after they have parsed it and no
 * catalog of the server shows. Costs a copy into the same array each time. Confined to the session's event loop.
 */
final class PostgresUnnamedStatement {
    private static final int FIRST_SIZE = 256;

    private byte[] bytes = {};
    private int length;
    private boolean tooLong;
    private boolean bound;

    /** @param body of a Parse message, of which {@link PostgresStatementWatch#LOOKED_AT} bytes are there at most */
    void onParse(ByteBuf body) {
        int size = body.readableBytes();
        if (size == 0 || body.getByte(body.readerIndex()) != 0) {
            return;
        }
        bound = false;
        tooLong = size >= PostgresStatementWatch.LOOKED_AT;
        length = tooLong ? 0 : size;
        if (bytes.length < length) {
            bytes = new byte[Math.max(FIRST_SIZE, Integer.highestOneBit(length) << 1)];
        }
        body.getBytes(body.readerIndex(), bytes, 0, length);
    }

    /** A Query, which destroys it. */
    void onQuery() {
        length = 0;
        tooLong = false;
    }

    void onBind() {
        bound = true;
    }

    /** Whether it is one that can't be carried while the client is about to bind it. */
    boolean pins() {
        return tooLong && !bound;
    }

    /** @return the body of a Parse message that makes it again; null if there is none */
    @Nullable
    PostgresText parse() {
        return length == 0 ? null : new PostgresText(Arrays.copyOf(bytes, length));
    }
}
