package io.godwit.proxy.protocol.redis;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a server sends, from its bytes to the client: counts replies, tells them from what is pushed, and keeps from the
 * client what is not for it. What passes is passed in slices of what was read. Confined to the session's event loop.
 */
final class RedisReplies {
    private static final String UNBLOCKED = "UNBLOCKED";
    private static final int NOT_COUNTED = -1;
    private static final int MOST_WITHHELD = 2 * 1024 * 1024;

    private final ByteBufAllocator allocator;
    private final RedisClientState client;
    private final RedisPending pending;
    private final Sink sink;
    private final RedisReplyScanner scanner = new RedisReplyScanner();
    private Mode mode = Mode.PASSING;
    private Role role = Role.REPLY;
    private @Nullable ByteBuf withheld;
    private int confirmationsLeft = NOT_COUNTED;

    private enum Mode {
        PASSING,
        /** What it is, is still to be read. */
        UNDECIDED,
        LEFT_OUT
    }

    private enum Role {
        REPLY,
        CONFIRMATION,
        /** Nobody waits for it. */
        PUSHED,
        /** The end of a blocked command that the proxy has asked for. */
        UNBLOCKED
    }

    /** Where replies go. */
    interface Sink {
        /** That part of {@code in}, which stays the caller's, is for the client. */
        void deliver(ByteBuf in, int from, int length);

        /** @param bytes for the client; owned by the callee */
        void deliver(ByteBuf bytes);

        /** Whether the server was asked to end the blocked command. */
        boolean unblockAsked();

        /** The server has ended the blocked command as it was asked. */
        void onUnblocked();

        /** A reply came for which others may have waited. */
        void onAnswered(RedisAwaited awaited);
    }

    RedisReplies(ByteBufAllocator allocator, RedisClientState client, RedisPending pending, Sink sink) {
        this.allocator = allocator;
        this.client = client;
        this.pending = pending;
        this.sink = sink;
    }

    boolean atBoundary() {
        return scanner.atBoundary();
    }

    /** @throws RedisProtocolException if the server breaks the protocol */
    void read(ByteBuf in) {
        int end = in.writerIndex();
        int index = in.readerIndex();
        // What is before it was passed or left out.
        int passed = index;
        while (index < end) {
            if (scanner.atBoundary()) {
                begin(in.getByte(index));
                if (mode != Mode.PASSING) {
                    pass(in, passed, index);
                    passed = index;
                }
            }
            index = scanner.advance(in, index, end);
            boolean complete = scanner.event() == RedisReplyScanner.Event.COMPLETE;
            if (mode == Mode.UNDECIDED && (complete || scanner.event() == RedisReplyScanner.Event.NOTED)) {
                decide(complete);
                if (mode == Mode.PASSING) {
                    passWithheld();
                }
            }
            if (mode == Mode.LEFT_OUT) {
                dropWithheld();
                passed = index;
            }
            if (complete) {
                onComplete();
            }
        }
        if (mode == Mode.UNDECIDED && !scanner.atBoundary()) {
            withhold(in, passed, end);
        } else if (mode == Mode.PASSING) {
            pass(in, passed, end);
        }
        in.readerIndex(end);
    }

    private void begin(byte type) {
        RedisAwaited awaited = pending.next();
        RedisAwaited.Kind kind = awaited == null ? RedisAwaited.Kind.REPLY : awaited.kind();
        boolean push =
                switch (type) {
                    case '>' -> true;
                    case '*' -> kind == RedisAwaited.Kind.CONFIRMATIONS || mayBeMessage();
                    case '+' -> client.isMonitoring();
                    case '-' -> kind == RedisAwaited.Kind.BLOCKED;
                    default -> false;
                };
        role = Role.REPLY;
        if (push) {
            mode = Mode.UNDECIDED;
            scanner.note(1);
        } else {
            mode = awaited != null && awaited.isDropped() ? Mode.LEFT_OUT : Mode.PASSING;
        }
    }

    private boolean mayBeMessage() {
        return client.protocolVersion() < 3 && !client.subscriptions().isEmpty();
    }

    /** Something is known of the reply: perhaps enough. */
    private void decide(boolean complete) {
        List<byte @Nullable []> notes = scanner.notes();
        String first = text(notes, 0);
        switch (scanner.type()) {
            case '+' -> {
                boolean line = !first.isEmpty() && first.charAt(0) >= '0' && first.charAt(0) <= '9';
                become(line ? Role.PUSHED : Role.REPLY);
            }
            case '-' -> become(first.startsWith(UNBLOCKED) && sink.unblockAsked() ? Role.UNBLOCKED : Role.REPLY);
            default -> decideArray(first, notes, complete);
        }
    }

    private void decideArray(String kind, List<byte @Nullable []> notes, boolean complete) {
        if (RedisSubscriptions.isConfirmation(kind)) {
            if (note(2, notes, complete)) {
                become(Role.CONFIRMATION);
            }
        } else if (kind.equals("pmessage")) {
            if (note(3, notes, complete)) {
                become(Role.PUSHED);
                if (RedisMarker.concerns(text(notes, 2))) {
                    mode = Mode.LEFT_OUT;
                }
            }
        } else {
            boolean message = kind.equals("message") || kind.equals("smessage");
            become(scanner.type() == '>' || message ? Role.PUSHED : Role.REPLY);
        }
    }

    /** @return whether as many strings are noted, or will never be */
    private boolean note(int strings, List<byte @Nullable []> notes, boolean complete) {
        if (notes.size() < strings && !complete) {
            scanner.note(strings);
            return false;
        }
        return true;
    }

    private void become(Role decided) {
        role = decided;
        RedisAwaited awaited = pending.next();
        boolean dropped = decided == Role.REPLY && awaited != null && awaited.isDropped();
        mode = dropped || decided == Role.UNBLOCKED ? Mode.LEFT_OUT : Mode.PASSING;
    }

    private static String text(List<byte @Nullable []> notes, int index) {
        byte[] note = index < notes.size() ? notes.get(index) : null;
        return note == null ? "" : RedisInterpreter.text(note);
    }

    private void onComplete() {
        switch (role) {
            case PUSHED -> {}
            case UNBLOCKED -> {
                pending.remove();
                sink.onUnblocked();
            }
            case CONFIRMATION -> onConfirmation();
            case REPLY -> {
                RedisAwaited awaited = pending.next();
                if (awaited == null && pending.isEmpty() && scanner.type() == '-') {
                    // What a server says before it closes the connection.
                    return;
                }
                pending.remove();
                confirmationsLeft = NOT_COUNTED;
                if (awaited != null) {
                    byte[] instead = awaited.onReply(scanner.type());
                    if (instead != null) {
                        sink.deliver(allocator.buffer(instead.length).writeBytes(instead));
                    }
                    sink.onAnswered(awaited);
                }
            }
        }
    }

    private void onConfirmation() {
        List<byte @Nullable []> notes = scanner.notes();
        byte[] channel = notes.size() > 1 ? notes.get(1) : null;
        RedisAwaited awaited = pending.next();
        if (awaited == null || awaited.kind() != RedisAwaited.Kind.CONFIRMATIONS) {
            awaited = null;
        } else if (confirmationsLeft == NOT_COUNTED) {
            confirmationsLeft = awaited.confirmations(client.subscriptions());
        }
        client.subscriptions().onConfirmed(text(notes, 0), channel == null ? null : RedisInterpreter.text(channel));
        if (awaited != null && --confirmationsLeft == 0) {
            confirmationsLeft = NOT_COUNTED;
            pending.remove();
        }
    }

    private void withhold(ByteBuf in, int from, int end) {
        if (withheld == null) {
            withheld = allocator.buffer(end - from);
        }
        withheld.writeBytes(in, from, end - from);
        if (withheld.readableBytes() > MOST_WITHHELD) {
            // No channel of Godwit's has such a name.
            become(Role.PUSHED);
            passWithheld();
        }
    }

    private void passWithheld() {
        if (withheld != null) {
            sink.deliver(withheld);
            withheld = null;
        }
    }

    void dropWithheld() {
        if (withheld != null) {
            withheld.release();
            withheld = null;
        }
    }

    private void pass(ByteBuf in, int from, int end) {
        if (from < end) {
            sink.deliver(in, from, end - from);
        }
    }
}
