package io.godwit.launcher.demo.engine.redis;

import io.godwit.launcher.demo.engine.redis.RedisStyle.Way;

/** Where the messages of one client go, and what they look like. */
final class MessageKeys {
    /** The field of a stream's entry that has the message. */
    static final String FIELD = "message";

    static final String GROUP = "workers";
    static final String MEMBER = "worker";

    private static final int CHANNELS = 3;
    private static final int KEPT_ENTRIES = 500;
    private static final String SEPARATOR = ":";
    private static final String PADDING = "x".repeat(100);

    private final int client;

    MessageKeys(int client) {
        this.client = client;
    }

    String queue() {
        return ShopKeys.LIVE + ":queue:" + client;
    }

    String stream() {
        return ShopKeys.LIVE + ":work:" + client;
    }

    /** Messages of a channel by name all go there; those for a pattern to several channels in turn. */
    Subscription subscription(Way way) {
        return way == Way.PATTERN
                ? new Subscription("news:" + client + ":*", true)
                : new Subscription("news:" + client, false);
    }

    RedisCommand sending(Way way, long sequence) {
        String message = client + SEPARATOR + sequence + SEPARATOR + PADDING;
        return switch (way) {
            case QUEUE -> RedisCommand.of("LPUSH", queue(), message);
            case GROUP -> RedisCommand.of("XADD", stream(), "MAXLEN", "~", KEPT_ENTRIES, "*", FIELD, message);
            case CHANNEL -> RedisCommand.of("PUBLISH", "news:" + client, message);
            case PATTERN -> RedisCommand.of("PUBLISH", "news:" + client + ":" + sequence % CHANNELS, message);
            case PLAIN, PIPELINED, WATCHED, SCRIPTED, FUNCTION, CACHED ->
                throw new IllegalArgumentException(way + " sends no messages");
        };
    }

    /** @throws IllegalArgumentException if it is no whole message of this client */
    long sequenceOf(String message) {
        String[] parts = message.split(SEPARATOR, -1);
        if (parts.length != 3
                || !parts[0].equals(Integer.toString(client))
                || !parts[1].matches("\\d{1,18}")
                || !parts[2].equals(PADDING)) {
            throw new IllegalArgumentException("received '" + message + "'; expected a message of client " + client);
        }
        return Long.parseLong(parts[1]);
    }
}
