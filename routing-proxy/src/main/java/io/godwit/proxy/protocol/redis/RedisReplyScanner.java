package io.godwit.proxy.protocol.redis;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the replies in what a server sends, of RESP2 and RESP3, however it is split. Nothing is kept but, if asked for
 * with {@link #note}, the beginning of a line or the first strings of an array.
 */
final class RedisReplyScanner {
    private static final int DEEPEST = 1024;
    private static final int LONGEST_NUMBER = 20;
    private static final int NOTED_LINE = 128;
    private static final int NOTED_STRING = 64 * 1024;

    private final List<byte @Nullable []> notes = new ArrayList<>(3);
    private long[] left = new long[8];
    private int depth;
    private State state = State.TYPE;
    private Event event = Event.MORE;
    private byte type;
    private byte element;
    private boolean begun;
    private boolean attribute;
    private long number;
    private int digits;
    private boolean negative;
    private long bodyLeft;
    private int wanted;
    private int noted;
    private byte @Nullable [] note;
    private int noteSize;

    /** What {@link #advance} has come to. */
    enum Event {
        /** The end of the bytes. */
        MORE,
        /** What was asked for has been noted. */
        NOTED,
        /** The end of a reply. */
        COMPLETE
    }

    private enum State {
        TYPE,
        LINE,
        NUMBER,
        BODY
    }

    boolean atBoundary() {
        return !begun;
    }

    Event event() {
        return event;
    }

    /** The first byte of the current or last reply. */
    byte type() {
        return type;
    }

    /** To be called at a boundary: the next reply's line, or its first strings, are noted. */
    void note(int strings) {
        wanted = strings;
    }

    /** What was noted; null for an element that is no string. */
    List<byte @Nullable []> notes() {
        return notes;
    }

    /**
     * Reads on.
     *
     * @return the index behind what was read
     * @throws RedisProtocolException if that is no reply
     */
    int advance(ByteBuf in, int from, int end) {
        event = Event.MORE;
        int index = from;
        while (index < end && event == Event.MORE) {
            switch (state) {
                case TYPE -> {
                    onType(in.getByte(index));
                    index++;
                }
                case LINE -> index = readLine(in, index, end);
                case NUMBER -> index = readNumber(in, index, end);
                case BODY -> index = readBody(in, index, end);
            }
        }
        return index;
    }

    private void onType(byte next) {
        if (!begun) {
            begun = true;
            type = next;
            depth = 0;
            notes.clear();
            noted = 0;
        } else if (attribute && depth == 0) {
            type = next;
            attribute = false;
        }
        element = next;
        switch (next) {
            case '+', '-', ':', '_', '#', ',', '(' -> {
                state = State.LINE;
                if (wantsNote()) {
                    note = new byte[NOTED_LINE];
                    noteSize = 0;
                }
            }
            case '$', '!', '=', '*', '~', '>', '%', '|' -> {
                state = State.NUMBER;
                number = 0;
                digits = 0;
                negative = false;
            }
            default -> throw new RedisProtocolException("server sent type '" + (char) (next & 0xff) + "'");
        }
    }

    private boolean wantsNote() {
        boolean line = element == '+' || element == '-';
        return noted < wanted && (depth == 1 || (depth == 0 && line));
    }

    private int readLine(ByteBuf in, int from, int end) {
        int lineFeed = in.indexOf(from, end, (byte) '\n');
        int until = lineFeed < 0 ? end : lineFeed;
        byte[] noting = note;
        if (noting != null) {
            int taken = Math.min(until - from, NOTED_LINE - noteSize);
            in.getBytes(from, noting, noteSize, taken);
            noteSize += taken;
            if (lineFeed < 0 && noteSize == NOTED_LINE) {
                endNote();
                wanted = 0;
                event = Event.NOTED;
                return until;
            }
        }
        if (lineFeed < 0) {
            return end;
        }
        if (noting != null) {
            if (noteSize > 0 && noting[noteSize - 1] == '\r') {
                noteSize--;
            }
            endNote();
        }
        onValue();
        return lineFeed + 1;
    }

    private void endNote() {
        boolean text = element == '+' || element == '-' || element == '$';
        notes.add(text && note != null ? Arrays.copyOf(note, noteSize) : null);
        noted++;
        note = null;
    }

    private int readNumber(ByteBuf in, int from, int end) {
        int index = from;
        while (index < end) {
            byte next = in.getByte(index++);
            if (next >= '0' && next <= '9' && digits < LONGEST_NUMBER - 2) {
                number = number * 10 + (next - '0');
                digits++;
            } else if (next == '-' && digits == 0) {
                negative = true;
            } else if (next == '\n' && digits > 0) {
                onNumber(negative ? -number : number);
                return index;
            } else if (next != '\r') {
                throw new RedisProtocolException("server sent an invalid length");
            }
        }
        return index;
    }

    private void onNumber(long length) {
        switch (element) {
            case '$', '!', '=' -> {
                if (length < 0) {
                    noteNothing();
                    onValue();
                    return;
                }
                bodyLeft = length + 2;
                state = State.BODY;
                if (wantsNote()) {
                    note = new byte[(int) Math.min(length, NOTED_STRING)];
                    noteSize = 0;
                }
            }
            case '%' -> onAggregate(length * 2);
            case '|' -> {
                attribute |= depth == 0;
                onAggregate(length * 2);
            }
            default -> onAggregate(length);
        }
    }

    private void noteNothing() {
        if (wantsNote()) {
            notes.add(null);
            noted++;
        }
    }

    private void onAggregate(long elements) {
        if (depth > 0) {
            noteNothing();
        }
        if (elements <= 0) {
            onValue();
            return;
        }
        if (depth == DEEPEST) {
            throw new RedisProtocolException("server sent a reply nested deeper than " + DEEPEST);
        }
        if (depth == left.length) {
            left = Arrays.copyOf(left, depth * 2);
        }
        // An attribute comes before a value and is none.
        left[depth++] = element == '|' ? -elements : elements;
        state = State.TYPE;
    }

    private int readBody(ByteBuf in, int from, int end) {
        int available = (int) Math.min(bodyLeft, end - from);
        byte[] noting = note;
        if (noting != null) {
            int taken = Math.min(available, noting.length - noteSize);
            in.getBytes(from, noting, noteSize, taken);
            noteSize += taken;
        }
        bodyLeft -= available;
        if (bodyLeft == 0) {
            if (noting != null) {
                endNote();
            }
            onValue();
        }
        return from + available;
    }

    /** A value has ended, and with it perhaps those around it. */
    private void onValue() {
        state = State.TYPE;
        while (depth > 0) {
            int inner = depth - 1;
            if (left[inner] < 0) {
                left[inner]++;
                if (left[inner] < 0) {
                    return;
                }
                // The attribute is over; the value it belongs to is still to come.
                depth--;
                return;
            }
            left[inner]--;
            if (left[inner] > 0) {
                if (wanted > 0 && noted == wanted && depth == 1) {
                    event = Event.NOTED;
                    wanted = 0;
                }
                return;
            }
            depth--;
        }
        if (attribute) {
            return;
        }
        begun = false;
        wanted = 0;
        event = Event.COMPLETE;
    }
}
