package io.godwit.proxy.protocol.postgresql;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Follows the frames of one direction through the buffers in which they happen to arrive, without collecting them: a
 * frame is its type byte and its length; of the body only as many leading bytes are kept as the {@link Interest} asks
 * for. Confined to the channel's event loop.
 */
final class PostgresFrameScanner {
    private static final int HEADER_LENGTH = 5;
    private static final ByteBuf NOTHING = Unpooled.EMPTY_BUFFER;

    /** How many leading bytes of a body somebody wants to read. */
    interface Interest {
        /** @return 0 for a body that passes unread */
        int bytesOf(byte type);
    }

    private final Interest interest;
    private int headerSeen;
    private byte type;
    private int length;
    private int bodyLeft;
    private byte firstBodyByte;
    private boolean complete;
    private ByteBuf body = NOTHING;
    private byte[] kept = {};
    private int keptLength;
    private int wanted;

    PostgresFrameScanner(Interest interest) {
        this.interest = interest;
    }

    /** Whether the next byte begins a new frame. */
    boolean atBoundary() {
        return headerSeen == 0;
    }

    /** Whether the last {@link #advance} reached the end of a frame; then the accessors speak of that frame. */
    boolean complete() {
        return complete;
    }

    byte type() {
        return type;
    }

    /** Meaningful for frames whose body has at least one byte, for example ReadyForQuery's status. */
    byte firstBodyByte() {
        return firstBodyByte;
    }

    /** The wanted leading bytes of the body; valid until the next {@link #advance}, not to be released. */
    ByteBuf body() {
        return body;
    }

    /**
     * Goes on to the end of the current frame or of the bytes, whichever comes first.
     *
     * @return the index after the last byte that was looked at
     * @throws PostgresProtocolException if a frame's length is impossible
     */
    int advance(ByteBuf buffer, int from, int end) {
        complete = false;
        int index = headerSeen < HEADER_LENGTH ? readHeader(buffer, from, end) : from;
        if (headerSeen < HEADER_LENGTH) {
            return index;
        }
        int available = Math.min(bodyLeft, end - index);
        if (available > 0) {
            readBody(buffer, index, available);
            index += available;
            bodyLeft -= available;
        }
        if (bodyLeft == 0) {
            finish();
        }
        return index;
    }

    private int readHeader(ByteBuf buffer, int from, int end) {
        if (headerSeen == 0 && end - from >= HEADER_LENGTH) {
            type = buffer.getByte(from);
            length = buffer.getInt(from + 1);
            headerSeen = HEADER_LENGTH;
            beginBody();
            return from + HEADER_LENGTH;
        }
        int index = from;
        while (headerSeen < HEADER_LENGTH && index < end) {
            byte next = buffer.getByte(index++);
            if (headerSeen == 0) {
                type = next;
                length = 0;
            } else {
                length = length << 8 | (next & 0xff);
            }
            headerSeen++;
            if (headerSeen == HEADER_LENGTH) {
                beginBody();
            }
        }
        return index;
    }

    private void beginBody() {
        if (length < Integer.BYTES) {
            throw new PostgresProtocolException("invalid message length");
        }
        bodyLeft = length - Integer.BYTES;
        wanted = Math.min(interest.bytesOf(type), bodyLeft);
        body = NOTHING;
        keptLength = 0;
    }

    private void readBody(ByteBuf buffer, int index, int available) {
        boolean first = bodyLeft == length - Integer.BYTES;
        if (first) {
            firstBodyByte = buffer.getByte(index);
        }
        if (keptLength >= wanted) {
            return;
        }
        if (first && available >= wanted) {
            body = buffer.slice(index, wanted);
            keptLength = wanted;
            return;
        }
        if (kept.length < wanted) {
            kept = new byte[wanted];
        }
        int more = Math.min(available, wanted - keptLength);
        buffer.getBytes(index, kept, keptLength, more);
        keptLength += more;
        if (keptLength == wanted) {
            body = Unpooled.wrappedBuffer(kept, 0, wanted);
            kept = new byte[0];
        }
    }

    private void finish() {
        headerSeen = 0;
        complete = true;
    }
}
