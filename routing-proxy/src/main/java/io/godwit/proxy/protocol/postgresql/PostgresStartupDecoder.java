package io.godwit.proxy.protocol.postgresql;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Decodes the packets before authentication begins. Lengths are bounded as the server bounds them, before anything is
 * buffered.
 */
final class PostgresStartupDecoder extends ByteToMessageDecoder {
    /** The server's MAX_STARTUP_PACKET_LENGTH. */
    private static final int MAX_LENGTH = 10_000;

    private static final int MIN_LENGTH = 8;
    private static final int REQUEST_MAJOR = 1234;
    private static final int CANCEL_REQUEST = 5678;
    private static final int SSL_REQUEST = 5679;
    private static final int GSS_ENCRYPTION_REQUEST = 5680;
    private static final int CANCEL_LENGTH = 16;
    private static final String PROTOCOL_OPTION_PREFIX = "_pq_.";

    PostgresStartupDecoder() {
        // One packet at a time: what follows an SSLRequest belongs to TLS, what follows a Startup to authentication.
        setSingleDecode(true);
    }

    /** Whether the client has sent more than the packets decoded so far. */
    boolean hasUndecodedBytes() {
        return actualReadableBytes() > 0;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (in.readableBytes() < Integer.BYTES) {
            return;
        }
        int length = in.getInt(in.readerIndex());
        if (length < MIN_LENGTH || length > MAX_LENGTH) {
            in.skipBytes(in.readableBytes());
            throw new PostgresProtocolException("invalid length of startup packet");
        }
        if (in.readableBytes() < length) {
            return;
        }
        in.skipBytes(Integer.BYTES);
        int major = in.readUnsignedShort();
        int minor = in.readUnsignedShort();
        ByteBuf body = in.readSlice(length - MIN_LENGTH);
        out.add(major == REQUEST_MAJOR ? request(minor, body, length) : startup(major, minor, body));
    }

    private static PostgresStartupPacket request(int code, ByteBuf body, int length) {
        return switch (code) {
            case SSL_REQUEST -> new PostgresStartupPacket.SslRequest();
            case GSS_ENCRYPTION_REQUEST -> new PostgresStartupPacket.GssEncryptionRequest();
            case CANCEL_REQUEST -> {
                if (length != CANCEL_LENGTH) {
                    throw new PostgresProtocolException("invalid length of cancel request packet");
                }
                yield new PostgresStartupPacket.CancelRequest(body.readInt(), body.readInt());
            }
            default -> throw new PostgresProtocolException("unknown startup request code " + code);
        };
    }

    private static PostgresStartupPacket startup(int major, int minor, ByteBuf body) {
        Map<String, String> parameters = new LinkedHashMap<>();
        List<String> protocolOptions = new ArrayList<>();
        if (major != 3) {
            return new PostgresStartupPacket.Startup(major, minor, parameters, protocolOptions);
        }
        for (String name = string(body); !name.isEmpty(); name = string(body)) {
            String value = string(body);
            if (name.startsWith(PROTOCOL_OPTION_PREFIX)) {
                protocolOptions.add(name);
            } else {
                parameters.put(name, value);
            }
        }
        if (body.isReadable()) {
            throw new PostgresProtocolException("invalid startup packet layout: expected terminator as last byte");
        }
        return new PostgresStartupPacket.Startup(major, minor, parameters, protocolOptions);
    }

    private static String string(ByteBuf body) {
        int length = body.bytesBefore((byte) 0);
        if (length < 0) {
            throw new PostgresProtocolException("invalid startup packet layout: expected terminator as last byte");
        }
        String value = body.readString(length, StandardCharsets.UTF_8);
        body.skipBytes(1);
        return value;
    }
}
