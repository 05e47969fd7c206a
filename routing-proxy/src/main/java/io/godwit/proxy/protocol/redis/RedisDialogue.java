package io.godwit.proxy.protocol.redis;

import io.godwit.proxy.protocol.ServerReceiver;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The proxy's own commands on a connection to a server, and the replies to them. What the server pushes meanwhile goes to
 * a sink. Confined to the connection's event loop.
 */
final class RedisDialogue implements ServerReceiver {
    private static final int LONGEST_REPLY = 1024 * 1024;

    private final RedisBackend backend;
    private final PushSink pushes;
    private final Consumer<String> lost;
    private final Deque<Batch> batches = new ArrayDeque<>(1);
    private final RedisReplyScanner scanner = new RedisReplyScanner();
    private int scanned;

    /** Takes what a server pushes while a dialogue goes on. */
    @FunctionalInterface
    interface PushSink {
        /**
         * @param channel where a message was published; empty if the push is no message
         * @param frame whole; stays the caller's
         */
        void onPush(String channel, ByteBuf frame);
    }

    private static final class Batch {
        private final Queue<RedisReply> replies = new ArrayDeque<>();
        private final Consumer<Queue<RedisReply>> done;
        private int missing;

        Batch(int missing, Consumer<Queue<RedisReply>> done) {
            this.missing = missing;
            this.done = done;
        }
    }

    /** @param lost told if the connection ends, with the reason */
    RedisDialogue(RedisBackend backend, PushSink pushes, Consumer<String> lost) {
        this.backend = backend;
        this.pushes = pushes;
        this.lost = lost;
        backend.receiveWith(this);
    }

    /**
     * Sends commands at once.
     *
     * @param replies how many come: one for each command, and one for each channel subscribed to
     * @param done gets them in order
     */
    void ask(ByteBuf commands, int replies, Consumer<Queue<RedisReply>> done) {
        batches.add(new Batch(replies, done));
        backend.send(commands);
    }

    @Override
    public void receive(ByteBuf in) {
        while (in.isReadable() && backend.isReceivedBy(this)) {
            int start = in.readerIndex();
            if (scanned == 0) {
                scanner.note(3);
            }
            int index = start + scanned;
            do {
                index = scanner.advance(in, index, in.writerIndex());
            } while (scanner.event() == RedisReplyScanner.Event.NOTED);
            scanned = index - start;
            if (scanner.event() != RedisReplyScanner.Event.COMPLETE) {
                return;
            }
            scanned = 0;
            onFrame(in.readSlice(index - start));
        }
    }

    private void onFrame(ByteBuf frame) {
        List<byte @Nullable []> notes = scanner.notes();
        String kind = text(notes, 0);
        boolean published = kind.equals("message") || kind.equals("pmessage") || kind.equals("smessage");
        boolean message = scanner.type() == '>' ? !RedisSubscriptions.isConfirmation(kind) : published;
        if (message) {
            pushes.onPush(text(notes, kind.equals("pmessage") ? 2 : 1), frame);
            return;
        }
        Batch batch = batches.peek();
        if (batch == null) {
            throw new RedisProtocolException("server sent a reply that nobody asked for");
        }
        if (frame.readableBytes() > LONGEST_REPLY) {
            throw new RedisProtocolException("server sent too long a reply");
        }
        batch.replies.add(RedisReply.read(frame));
        batch.missing--;
        if (batch.missing == 0) {
            batches.remove();
            batch.done.accept(batch.replies);
        }
    }

    private static String text(List<byte @Nullable []> notes, int index) {
        byte[] note = index < notes.size() ? notes.get(index) : null;
        return note == null ? "" : RedisInterpreter.text(note);
    }

    @Override
    public void onClosed(@Nullable Throwable cause) {
        lost.accept(cause == null ? "server closed the connection" : String.valueOf(cause.getMessage()));
    }
}
