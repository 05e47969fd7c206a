package io.godwit.proxy.protocol.redis;

import org.jspecify.annotations.Nullable;

/**
 * What is awaited for a command that was sent to the server, unless it is one reply that just passes. Confined to the
 * session's event loop.
 */
final class RedisAwaited {
    /** One reply that the client is not to see. */
    static final RedisAwaited UNHEARD = new RedisAwaited(Kind.REPLY, true, "", 0, type -> null);

    private final Kind kind;
    private final boolean dropped;
    private final String subscription;
    private final int channels;
    private final Listener listener;

    enum Kind {
        /** One reply. */
        REPLY,
        /** As many confirmations as channels, or one error. */
        CONFIRMATIONS,
        /** One reply, perhaps after a long time. */
        BLOCKED,
        /** One reply, and with it the session ends. */
        FAREWELL
    }

    /** Told of the reply when it is there. */
    @FunctionalInterface
    interface Listener {
        /**
         * @param type the reply's first byte
         * @return what the client gets in place of a dropped reply; null for nothing
         */
        byte @Nullable [] onReply(byte type);
    }

    private RedisAwaited(Kind kind, boolean dropped, String subscription, int channels, Listener listener) {
        this.kind = kind;
        this.dropped = dropped;
        this.subscription = subscription;
        this.channels = channels;
        this.listener = listener;
    }

    /** A reply that passes. */
    static RedisAwaited reply(Listener listener) {
        return new RedisAwaited(Kind.REPLY, false, "", 0, listener);
    }

    /** A reply in whose place the client gets what the listener says. */
    static RedisAwaited replaced(Listener listener) {
        return new RedisAwaited(Kind.REPLY, true, "", 0, listener);
    }

    /**
     * @param command for example {@code psubscribe}, in lower case
     * @param channels how many it names
     */
    static RedisAwaited confirmations(String command, int channels) {
        return new RedisAwaited(Kind.CONFIRMATIONS, false, command, channels, type -> null);
    }

    static RedisAwaited blocked() {
        return new RedisAwaited(Kind.BLOCKED, false, "", 0, type -> null);
    }

    static RedisAwaited farewell() {
        return new RedisAwaited(Kind.FAREWELL, false, "", 0, type -> null);
    }

    /** The same, but unheard by the client. */
    RedisAwaited unheard() {
        return new RedisAwaited(kind, true, subscription, channels, type -> {
            listener.onReply(type);
            return null;
        });
    }

    Kind kind() {
        return kind;
    }

    boolean isDropped() {
        return dropped;
    }

    /** How many confirmations come, before the first of them is noted. */
    int confirmations(RedisSubscriptions subscriptions) {
        return channels > 0 ? channels : subscriptions.confirmationsOfAll(subscription);
    }

    byte @Nullable [] onReply(byte type) {
        return listener.onReply(type);
    }
}
