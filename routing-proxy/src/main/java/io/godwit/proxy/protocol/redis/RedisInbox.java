package io.godwit.proxy.protocol.redis;

import io.netty.buffer.ByteBuf;

/**
 * What a server pushes to a session that is not with it yet. On a connection that was opened ahead of a move everything
 * is heard twice, here and from the server that the session is still with, up to Godwit's marker; after it, here only.
 * Confined to the session's event loop.
 */
final class RedisInbox implements RedisDialogue.PushSink {
    private static final int MOST_KEPT = 4 * 1024 * 1024;

    private final RedisBackend backend;
    private State state;
    private ByteBuf kept;
    private Runnable markerListener = () -> {};

    private enum State {
        /** The session hears it from its server. */
        DISCARDING,
        AWAITING_MARKER,
        KEEPING
    }

    private RedisInbox(RedisBackend backend, State state) {
        this.backend = backend;
        this.state = state;
        this.kept = backend.channel().alloc().buffer(0);
    }

    /** Of a connection opened while the session has no server. */
    static RedisInbox keeping(RedisBackend backend) {
        return new RedisInbox(backend, State.KEEPING);
    }

    /** Of a connection opened ahead. */
    static RedisInbox discarding(RedisBackend backend) {
        return new RedisInbox(backend, State.DISCARDING);
    }

    /** The session is leaving its server: what comes after the next marker is for it. */
    void awaitMarker() {
        if (state == State.DISCARDING) {
            state = State.AWAITING_MARKER;
        }
    }

    /** The session has gone back to its server. */
    void discard() {
        state = State.DISCARDING;
        kept.clear();
        backend.setReading(true);
    }

    boolean isKeeping() {
        return state == State.KEEPING;
    }

    /** Everything from now on is for the session, marker or not. */
    void keep() {
        state = State.KEEPING;
    }

    void onMarker(Runnable listener) {
        markerListener = listener;
    }

    @Override
    public void onPush(String channel, ByteBuf frame) {
        if (RedisMarker.concerns(channel)) {
            if (state == State.AWAITING_MARKER) {
                state = State.KEEPING;
                markerListener.run();
            }
        } else if (state == State.KEEPING) {
            kept.writeBytes(frame);
            if (kept.readableBytes() > MOST_KEPT) {
                // The rest waits with TCP and the server until the session is here.
                backend.setReading(false);
            }
        }
    }

    /** @return what was kept, in order; the caller owns it */
    ByteBuf take() {
        ByteBuf all = kept;
        kept = backend.channel().alloc().buffer(0);
        return all;
    }

    void release() {
        kept.release();
    }
}
