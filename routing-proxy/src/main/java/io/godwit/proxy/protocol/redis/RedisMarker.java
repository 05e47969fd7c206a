package io.godwit.proxy.protocol.redis;

/**
 * The channels on which Godwit tells a proxy that everything published before a move has come through. No client hears
 * them or speaks there.
 */
final class RedisMarker {
    static final String PREFIX = "__godwit__:";

    /** Subscribed to on connections that were opened ahead. */
    static final String PATTERN = PREFIX + "*";

    private RedisMarker() {}

    /** Whether a channel or pattern is, or may only stand for, one of Godwit's. */
    static boolean concerns(String channel) {
        return channel.startsWith(PREFIX);
    }
}
