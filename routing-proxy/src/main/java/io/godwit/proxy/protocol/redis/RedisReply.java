package io.godwit.proxy.protocol.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * A reply to a command of the proxy's own, read whole.
 *
 * @param text of a line or string; empty for null and for what has elements
 * @param elements keys and values of a map in turn
 */
record RedisReply(byte type, String text, List<RedisReply> elements) {
    /** Reads one that is there in full. */
    static RedisReply read(ByteBuf in) {
        byte type = in.readByte();
        String line = line(in);
        return switch (type) {
            case '$', '!', '=' -> new RedisReply(type, body(in, Integer.parseInt(line)), List.of());
            case '*', '~', '>' -> new RedisReply(type, "", elements(in, Integer.parseInt(line)));
            case '%' -> new RedisReply(type, "", elements(in, Integer.parseInt(line) * 2));
            default -> new RedisReply(type, line, List.of());
        };
    }

    private static String body(ByteBuf in, int length) {
        if (length < 0) {
            return "";
        }
        String text = in.readString(length, ISO_8859_1);
        in.skipBytes(2);
        return text;
    }

    private static List<RedisReply> elements(ByteBuf in, int count) {
        List<RedisReply> elements = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            elements.add(read(in));
        }
        return elements;
    }

    private static String line(ByteBuf in) {
        int length = in.bytesBefore((byte) '\r');
        String line = in.readString(length, ISO_8859_1);
        in.skipBytes(2);
        return line;
    }

    boolean isError() {
        return type == '-' || type == '!';
    }

    /** The text of the element at that place; empty if there is none. */
    String text(int index) {
        return index < elements.size() ? elements.get(index).text() : "";
    }

    /** The value of that key in a map, whether RESP2 or RESP3 wrote it; empty if there is none. */
    String value(String key) {
        for (int i = 0; i + 1 < elements.size(); i += 2) {
            if (elements.get(i).text().equals(key)) {
                return elements.get(i + 1).text();
            }
        }
        return "";
    }
}
