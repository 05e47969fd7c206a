package io.godwit.proxy.protocol.postgresql;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Decodes the client's messages during authentication; nothing but password messages, and of bounded length. */
final class PostgresLoginFrameDecoder extends ByteToMessageDecoder {
    private static final int HEADER_LENGTH = 5;
    private static final int MAX_LENGTH = 8 * 1024;

    /** SASLInitialResponse or SASLResponse; which of them is known from the order. */
    record PasswordMessage(String body) {}

    PostgresLoginFrameDecoder() {
        // What follows the last password message belongs to the session.
        setSingleDecode(true);
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (in.isReadable() && in.getByte(in.readerIndex()) != 'p') {
            int type = in.getUnsignedByte(in.readerIndex());
            in.skipBytes(in.readableBytes());
            throw new PostgresProtocolException("expected SASL response, got message type " + type);
        }
        if (in.readableBytes() < HEADER_LENGTH) {
            return;
        }
        int length = in.getInt(in.readerIndex() + 1);
        if (length < Integer.BYTES || length > MAX_LENGTH) {
            in.skipBytes(in.readableBytes());
            throw new PostgresProtocolException("invalid message length");
        }
        if (in.readableBytes() < length + 1) {
            return;
        }
        in.skipBytes(HEADER_LENGTH);
        // One char per byte: the mechanism's name and the response's length are binary.
        out.add(new PasswordMessage(in.readString(length - Integer.BYTES, StandardCharsets.ISO_8859_1)));
    }
}
