package io.godwit.replication.engine.redis;

import java.nio.charset.StandardCharsets;

/**
 * A message on a channel of Godwit's own that travels with the stream. A proxy that listens on the target ahead of the
 * move drops everything that comes before it: its clients have got that from the source.
 */
final class RedisMarker {
    private static final String CHANNEL_PREFIX = "__godwit__:";
    private static final byte[] FENCED = "fenced".getBytes(StandardCharsets.US_ASCII);

    private RedisMarker() {}

    static byte[] channel(String migrationId) {
        return (CHANNEL_PREFIX + migrationId).getBytes(StandardCharsets.UTF_8);
    }

    static byte[] message() {
        return FENCED.clone();
    }
}
