package io.godwit.proxy.protocol.postgresql;

import io.godwit.proxy.protocol.ServerReceiver;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** Receives whole messages, for the phases in which the proxy itself talks to the server. */
abstract class PostgresFrameReceiver implements ServerReceiver {
    private static final int HEADER_LENGTH = 5;
    private static final int MAX_LENGTH = 64 << 20;

    private final PostgresBackend backend;

    PostgresFrameReceiver(PostgresBackend backend) {
        this.backend = backend;
    }

    final PostgresBackend backend() {
        return backend;
    }

    /** A message other than a parameter's new value. */
    abstract void onFrame(byte type, ByteBuf body);

    @Override
    public final void receive(ByteBuf in) {
        while (backend.isReceivedBy(this) && in.readableBytes() >= HEADER_LENGTH) {
            int start = in.readerIndex();
            int length = in.getInt(start + 1);
            if (length < Integer.BYTES || length > MAX_LENGTH) {
                throw new PostgresProtocolException("server sent a message of invalid length " + length);
            }
            if (in.readableBytes() < length + 1) {
                return;
            }
            byte type = in.readByte();
            in.skipBytes(Integer.BYTES);
            ByteBuf body = in.readSlice(length - Integer.BYTES);
            if (type == 'S') {
                backend.parameters().put(string(body), string(body));
            } else {
                onFrame(type, body);
            }
        }
    }

    static String string(ByteBuf body) {
        int length = body.bytesBefore((byte) 0);
        if (length < 0) {
            throw new PostgresProtocolException("server sent a string without end");
        }
        String value = body.readString(length, StandardCharsets.UTF_8);
        body.skipBytes(1);
        return value;
    }
}
