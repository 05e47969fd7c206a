package io.godwit.proxy.protocol.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the commands in what a client sends, however it is split. Of a command the name is kept, and all arguments if
 * asked for; the rest is counted only. Inline commands come with all their arguments.
 */
final class RedisCommandScanner {
    private static final int KEPT_NAME = RedisCommand.LONGEST_NAME + 1;
    private static final int LONGEST_NUMBER = 20;

    private final RedisScanLimits limits;
    private final byte[] name = new byte[KEPT_NAME];
    private final RedisInlineLine line = new RedisInlineLine();
    private State state = State.START;
    private Event event = Event.MORE;
    private long number;
    private int digits;
    private boolean negative;
    private boolean carriageReturn;
    private int argumentCount;
    private int argument;
    private long bulkLength;
    private long bulkLeft;
    private int nameSize;
    private boolean named;
    private final byte[] peeked = new byte[RedisMarker.PREFIX.length()];
    private int peekedSize;
    private boolean peeking;
    private @Nullable List<byte[]> collected;
    private int collectedBytes;

    /** What {@link #advance} has come to. */
    enum Event {
        /** The end of the bytes. */
        MORE,
        /** The name of a command; whether its arguments are to be collected must be said now. */
        NAMED,
        /** The beginning of the argument that was asked for with {@link #peek}. */
        PEEKED,
        /** The end of a command. */
        COMPLETE,
        /** The end of something that is no command: an empty array or line. */
        NOTHING
    }

    private enum State {
        START,
        COUNT,
        MARK,
        LENGTH,
        BODY,
        END,
        INLINE
    }

    RedisCommandScanner(RedisScanLimits limits) {
        this.limits = limits;
    }

    boolean atBoundary() {
        return state == State.START;
    }

    Event event() {
        return event;
    }

    /** Number of the command's arguments, its name among them. */
    int argumentCount() {
        return argumentCount;
    }

    /** The named command. */
    RedisCommand command() {
        return RedisCommand.find(name, nameSize);
    }

    /** The collected arguments, the name first. Valid when a collected or inline command is complete. */
    List<byte[]> arguments() {
        if (collected == null) {
            throw new IllegalStateException("the command was not collected");
        }
        return collected;
    }

    boolean isCollected() {
        return collected != null;
    }

    /** Keeps the named command's arguments. */
    void collect() {
        collected = new ArrayList<>();
        collectedBytes = 0;
        if (nameSize == KEPT_NAME) {
            throw new IllegalStateException("a name that long is not known");
        }
        collected.add(Arrays.copyOf(name, nameSize));
    }

    /** Stops once more, at the first argument of the named command, which has one. */
    void peek() {
        peeking = true;
        peekedSize = 0;
    }

    /** Whether the argument that was peeked at is one of Godwit's channels. */
    boolean peekedAtMarker() {
        return RedisMarker.concerns(new String(peeked, 0, peekedSize, ISO_8859_1));
    }

    /** Writes what has been read of the command whose name or first argument has just been found. */
    void writePrefix(ByteBuf out) {
        RedisMessages.header(out, '*', argumentCount);
        RedisMessages.header(out, '$', argument == 0 ? bulkLength : nameSize);
        out.writeBytes(name, 0, nameSize);
        if (argument > 0) {
            RedisMessages.lineEnd(out);
            RedisMessages.header(out, '$', bulkLength);
            out.writeBytes(peeked, 0, peekedSize);
        }
    }

    /** Forgets what was read of the current command. */
    void restart() {
        state = State.START;
    }

    /**
     * Reads on.
     *
     * @return the index behind what was read
     * @throws RedisProtocolException if that is no command
     */
    int advance(ByteBuf in, int from, int end) {
        event = Event.MORE;
        int index = from;
        while (index < end && event == Event.MORE) {
            switch (state) {
                case START -> index = begin(in, index);
                case COUNT -> {
                    index = readNumber(in, index, end, "invalid multibulk length");
                    if (state == State.MARK) {
                        onCount();
                    }
                }
                case MARK -> {
                    byte mark = in.getByte(index++);
                    if (mark != '$') {
                        throw new RedisProtocolException("expected '$', got '" + (char) (mark & 0xff) + "'");
                    }
                    beginNumber(State.LENGTH);
                }
                case LENGTH -> {
                    index = readNumber(in, index, end, "invalid bulk length");
                    if (state == State.BODY) {
                        onLength();
                    }
                }
                case BODY -> index = readBody(in, index, end);
                case END -> {
                    // Redis, too, skips two bytes here without looking at them.
                    int skipped = (int) Math.min(bulkLeft, end - index);
                    bulkLeft -= skipped;
                    index += skipped;
                    if (bulkLeft == 0) {
                        onBulk();
                    }
                }
                case INLINE -> index = readInline(in, index, end);
            }
        }
        return index;
    }

    private int begin(ByteBuf in, int index) {
        collected = null;
        nameSize = 0;
        named = false;
        peeking = false;
        argument = 0;
        if (in.getByte(index) == '*') {
            beginNumber(State.COUNT);
            return index + 1;
        }
        line.clear();
        state = State.INLINE;
        return index;
    }

    private void beginNumber(State reading) {
        state = reading;
        number = 0;
        digits = 0;
        negative = false;
        carriageReturn = false;
    }

    private int readNumber(ByteBuf in, int from, int end, String error) {
        int index = from;
        while (index < end) {
            byte next = in.getByte(index++);
            if (next >= '0' && next <= '9' && digits < LONGEST_NUMBER - 2 && !carriageReturn) {
                number = number * 10 + (next - '0');
                digits++;
            } else if (next == '-' && digits == 0 && !negative && !carriageReturn) {
                negative = true;
            } else if (next == '\r' && digits > 0 && !carriageReturn) {
                carriageReturn = true;
            } else if (next == '\n' && carriageReturn) {
                number = negative ? -number : number;
                state = state == State.COUNT ? State.MARK : State.BODY;
                return index;
            } else {
                throw new RedisProtocolException(error);
            }
        }
        return index;
    }

    private void onCount() {
        if (number > limits.arguments()) {
            throw new RedisProtocolException(limits.word() + " multibulk length");
        }
        argumentCount = (int) Math.max(number, 0);
        if (argumentCount == 0) {
            state = State.START;
            event = Event.NOTHING;
        }
    }

    private void onLength() {
        if (number < 0) {
            throw new RedisProtocolException("invalid bulk length");
        }
        if (number > limits.bulkBytes()) {
            throw new RedisProtocolException(limits.word() + " bulk length");
        }
        bulkLength = number;
        bulkLeft = number;
        if (collected != null) {
            boolean tooBig = number > limits.collected() - collectedBytes;
            if (tooBig || collected.size() > limits.collected() / 16) {
                throw new RedisProtocolException("too big a command of that kind");
            }
            collectedBytes += (int) number;
            collected.add(new byte[(int) number]);
        }
        if (number == 0) {
            onBody();
        }
    }

    private int readBody(ByteBuf in, int from, int end) {
        int available = (int) Math.min(bulkLeft, end - from);
        if (collected != null) {
            byte[] body = collected.getLast();
            in.getBytes(from, body, (int) (bulkLength - bulkLeft), available);
        } else if (argument == 0 && nameSize < KEPT_NAME) {
            int taken = Math.min(available, KEPT_NAME - nameSize);
            in.getBytes(from, name, nameSize, taken);
            nameSize += taken;
            bulkLeft -= taken;
            if (bulkLeft == 0) {
                onBody();
            } else if (nameSize == KEPT_NAME) {
                onName();
            }
            return from + taken;
        }
        if (peeking && argument == 1) {
            available = Math.min(available, peeked.length - peekedSize);
            in.getBytes(from, peeked, peekedSize, available);
            peekedSize += available;
        }
        bulkLeft -= available;
        if (bulkLeft == 0) {
            onBody();
        } else if (peeking && peekedSize == peeked.length) {
            onPeeked();
        }
        return from + available;
    }

    private void onBody() {
        state = State.END;
        bulkLeft = 2;
        if (argument == 0 && !named) {
            onName();
        } else if (peeking && argument == 1) {
            onPeeked();
        }
    }

    private void onPeeked() {
        peeking = false;
        event = Event.PEEKED;
    }

    private void onName() {
        named = true;
        event = Event.NAMED;
    }

    private void onBulk() {
        argument++;
        if (argument == argumentCount) {
            state = State.START;
            event = Event.COMPLETE;
        } else {
            state = State.MARK;
        }
    }

    private int readInline(ByteBuf in, int from, int end) {
        int index = line.read(in, from, end);
        if (line.isComplete()) {
            List<byte[]> words = line.words();
            state = State.START;
            argumentCount = words.size();
            event = words.isEmpty() ? Event.NOTHING : Event.COMPLETE;
            if (!words.isEmpty()) {
                collected = words;
                byte[] first = words.getFirst();
                nameSize = Math.min(first.length, KEPT_NAME);
                System.arraycopy(first, 0, name, 0, nameSize);
            }
        }
        return index;
    }
}
