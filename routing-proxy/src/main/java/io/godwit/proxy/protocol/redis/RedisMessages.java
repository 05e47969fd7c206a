package io.godwit.proxy.protocol.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import java.util.List;

/** What the proxy itself writes: commands to servers, replies to clients. */
final class RedisMessages {
    private static final int DECIMAL = 10;
    private static final byte[] END = {'\r', '\n'};

    private RedisMessages() {}

    /** A type with a length, for example {@code *3}. */
    static void header(ByteBuf out, char type, long length) {
        out.writeByte(type);
        if (length >= 0 && length < DECIMAL) {
            out.writeByte('0' + (int) length);
        } else {
            out.writeBytes(Long.toString(length).getBytes(UTF_8));
        }
        out.writeBytes(END);
    }

    static void lineEnd(ByteBuf out) {
        out.writeBytes(END);
    }

    static void command(ByteBuf out, List<byte[]> arguments) {
        header(out, '*', arguments.size());
        for (byte[] argument : arguments) {
            header(out, '$', argument.length);
            out.writeBytes(argument);
            out.writeBytes(END);
        }
    }

    /** @param text without line breaks, with its code: {@code ERR …} */
    static byte[] error(String text) {
        return line('-', text);
    }

    static byte[] ok() {
        return line('+', "OK");
    }

    private static byte[] line(char type, String text) {
        return (type + text.replace('\r', ' ').replace('\n', ' ') + "\r\n").getBytes(UTF_8);
    }

    /** What {@code EXEC} answers when a watched key has changed. */
    static byte[] nullArray(int protocolVersion) {
        return (protocolVersion >= 3 ? "_\r\n" : "*-1\r\n").getBytes(UTF_8);
    }

    /** Tells a client with tracking to forget all that it has cached. */
    static byte[] invalidateAll() {
        return ">2\r\n$10\r\ninvalidate\r\n_\r\n".getBytes(UTF_8);
    }

    static byte[] text(String text) {
        return text.getBytes(UTF_8);
    }
}
