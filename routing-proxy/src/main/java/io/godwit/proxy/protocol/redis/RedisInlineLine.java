package io.godwit.proxy.protocol.redis;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** An inline command: a line of words, some of them in quotes. The rules are those of Redis' {@code sdssplitargs}. */
final class RedisInlineLine {
    private static final int LONGEST = 64 * 1024;
    private static final int HEX = 16;

    private final ByteArrayOutputStream line = new ByteArrayOutputStream(0);
    private boolean complete;

    void clear() {
        line.reset();
        complete = false;
    }

    boolean isComplete() {
        return complete;
    }

    /** @return the index behind what was read */
    int read(ByteBuf in, int from, int end) {
        int lineFeed = in.indexOf(from, end, (byte) '\n');
        int until = lineFeed < 0 ? end : lineFeed;
        if (line.size() + until - from > LONGEST) {
            throw new RedisProtocolException("too big inline request");
        }
        for (int index = from; index < until; index++) {
            line.write(in.getByte(index));
        }
        complete = lineFeed >= 0;
        return complete ? until + 1 : until;
    }

    /** @throws RedisProtocolException if quotes don't match */
    List<byte[]> words() {
        byte[] text = line.toByteArray();
        List<byte[]> words = new ArrayList<>();
        int index = 0;
        while (true) {
            while (index < text.length && isSpace(text[index])) {
                index++;
            }
            if (index == text.length) {
                return words;
            }
            ByteArrayOutputStream word = new ByteArrayOutputStream();
            index = readWord(text, index, word);
            words.add(word.toByteArray());
        }
    }

    private static int readWord(byte[] text, int from, ByteArrayOutputStream word) {
        int index = from;
        while (index < text.length && !isSpace(text[index])) {
            byte next = text[index];
            if (next != '"' && next != '\'') {
                word.write(next);
                index++;
                continue;
            }
            index = readQuoted(text, index + 1, next, word);
            if (index < text.length && !isSpace(text[index])) {
                throw unbalanced();
            }
        }
        return index;
    }

    private static int readQuoted(byte[] text, int from, byte quote, ByteArrayOutputStream word) {
        int index = from;
        while (index < text.length) {
            byte next = text[index++];
            if (next == quote) {
                return index;
            }
            if (next != '\\' || index == text.length) {
                word.write(next);
            } else if (quote == '\'') {
                if (text[index] == '\'') {
                    word.write('\'');
                    index++;
                } else {
                    word.write('\\');
                }
            } else {
                index = readEscape(text, index, word);
            }
        }
        throw unbalanced();
    }

    private static int readEscape(byte[] text, int index, ByteArrayOutputStream word) {
        byte escaped = text[index];
        if (escaped == 'x' && index + 2 < text.length) {
            int high = Character.digit(text[index + 1], HEX);
            int low = Character.digit(text[index + 2], HEX);
            if (high >= 0 && low >= 0) {
                word.write(high * HEX + low);
                return index + 3;
            }
        }
        word.write(
                switch (escaped) {
                    case 'n' -> '\n';
                    case 'r' -> '\r';
                    case 't' -> '\t';
                    case 'b' -> '\b';
                    case 'a' -> 7;
                    default -> escaped;
                });
        return index + 1;
    }

    private static boolean isSpace(byte character) {
        return character == ' ' || character == 0 || (character >= '\t' && character <= '\r');
    }

    private static RedisProtocolException unbalanced() {
        return new RedisProtocolException("unbalanced quotes in request");
    }
}
