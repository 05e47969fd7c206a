package io.godwit.proxy.protocol.redis;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;

/**
 * The commands that a client sends, from its bytes to whoever passes them on. What just passes is passed in slices of
 * what was read, however big it is; what concerns the proxy is read whole. Confined to the session's event loop.
 */
final class RedisRequests {
    private final ByteBufAllocator allocator;
    private final Sink sink;
    private final RedisCommandScanner commands = new RedisCommandScanner(RedisScanLimits.IN_SESSION);
    private Mode mode = Mode.UNDECIDED;

    /** What is done with the current command. */
    private enum Mode {
        /** Its name is not known yet. */
        UNDECIDED,
        PASSING,
        READING,
        LEFT_OUT
    }

    /** Where requests go. */
    interface Sink {
        /** Whether the next command may go to the server now. */
        boolean mayBegin();

        /** Whether nothing passes without being looked at. */
        boolean passesNothing();

        /** A command that just passes begins. */
        void onPassed();

        /** That part of {@code in}, which stays the caller's, is for the server. */
        void pass(ByteBuf in, int from, int length);

        /** A command of which nothing was passed. */
        void onCommand(RedisCommand command, List<byte[]> arguments);

        /** A command of which nothing was passed nor read. */
        void onLeftOut(RedisCommand command);

        /** @param bytes to be read again later; owned by the callee */
        void park(ByteBuf bytes);

        /** The client broke the protocol; nothing more can be read from it. */
        void onBroken(RedisProtocolException broken);
    }

    RedisRequests(ByteBufAllocator allocator, Sink sink) {
        this.allocator = allocator;
        this.sink = sink;
    }

    /** Whether no command has begun whose rest belongs to the server that the session is with. */
    boolean atRest() {
        return mode != Mode.PASSING && mode != Mode.LEFT_OUT;
    }

    /** Whether the server has a part of a command without the rest of it. */
    boolean isHalfPassed() {
        return mode == Mode.PASSING;
    }

    /** Takes all bytes; the buffer stays the caller's. */
    void read(ByteBuf in) {
        int end = in.writerIndex();
        int index = in.readerIndex();
        // What is before it was passed, read or left out.
        int passed = index;
        // Where the current command begins; before any index if that was in an earlier buffer.
        int start = commands.atBoundary() ? index : -1;
        while (index < end) {
            if (commands.atBoundary()) {
                start = index;
                if (!sink.mayBegin()) {
                    pass(in, passed, index);
                    park(in, index, end);
                    return;
                }
            }
            try {
                index = commands.advance(in, index, end);
            } catch (RedisProtocolException broken) {
                pass(in, passed, mode == Mode.UNDECIDED ? start : passed);
                sink.onBroken(broken);
                return;
            }
            switch (commands.event()) {
                case MORE -> {}
                case NOTHING -> {
                    pass(in, passed, start);
                    passed = index;
                }
                case NAMED, PEEKED -> {
                    if (start < 0 && !sink.mayBegin()) {
                        parkPrefix();
                        park(in, index, end);
                        return;
                    }
                    passed = onName(in, passed, start, index);
                }
                case COMPLETE -> {
                    Mode ended = mode;
                    mode = Mode.UNDECIDED;
                    if (ended != Mode.PASSING) {
                        if (ended == Mode.UNDECIDED) {
                            pass(in, passed, start);
                        }
                        passed = index;
                        if (!onCommand(ended, start)) {
                            park(in, index, end);
                            return;
                        }
                    }
                }
            }
        }
        if (mode == Mode.PASSING || commands.atBoundary()) {
            pass(in, passed, end);
        } else if (mode == Mode.UNDECIDED) {
            pass(in, passed, start);
        }
    }

    /** @return the index before which everything was passed */
    private int onName(ByteBuf in, int passed, int start, int index) {
        RedisCommand command = commands.command();
        boolean channel = command.treatment() == RedisCommand.Treatment.CHANNEL;
        boolean peeked = commands.event() == RedisCommandScanner.Event.PEEKED;
        if (channel && !peeked && commands.argumentCount() > 1) {
            commands.peek();
            return passed;
        }
        boolean passes = command.treatment() == RedisCommand.Treatment.PASSED
                || (channel && !(peeked && commands.peekedAtMarker()));
        if (passes && !sink.passesNothing()) {
            mode = Mode.PASSING;
            sink.onPassed();
            if (start >= 0) {
                return passed;
            }
            ByteBuf prefix = allocator.buffer();
            commands.writePrefix(prefix);
            sink.pass(prefix, prefix.readerIndex(), prefix.readableBytes());
            prefix.release();
            return index;
        }
        pass(in, passed, start);
        boolean reads = command.treatment() == RedisCommand.Treatment.READ
                || command.treatment() == RedisCommand.Treatment.BLOCKING;
        if (reads) {
            commands.collect();
        }
        mode = reads ? Mode.READING : Mode.LEFT_OUT;
        return index;
    }

    /** @return whether the command has gone on */
    private boolean onCommand(Mode ended, int start) {
        RedisCommand command = commands.command();
        if (ended == Mode.LEFT_OUT) {
            sink.onLeftOut(command);
            return true;
        }
        List<byte[]> arguments = commands.arguments();
        if (start < 0 && !sink.mayBegin()) {
            ByteBuf again = allocator.buffer();
            RedisMessages.command(again, arguments);
            sink.park(again);
            return false;
        }
        sink.onCommand(command, arguments);
        return true;
    }

    private void parkPrefix() {
        ByteBuf prefix = allocator.buffer();
        commands.writePrefix(prefix);
        commands.restart();
        sink.park(prefix);
    }

    private void park(ByteBuf in, int from, int end) {
        if (from < end) {
            // A copy, since the buffer is the next read's, too.
            sink.park(allocator.buffer(end - from).writeBytes(in, from, end - from));
        }
    }

    private void pass(ByteBuf in, int from, int end) {
        if (from < end) {
            sink.pass(in, from, end - from);
        }
    }
}
