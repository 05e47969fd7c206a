package io.godwit.engines.redis;

import io.lettuce.core.ScoredValue;
import io.lettuce.core.api.sync.RedisCommands;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Canonical digests of keys: equal for equal values, whatever their encoding in memory and the order in which they came
 * to be. Expiry is compared as the absolute time at which the key ends.
 *
 * <p>Big values are read in chunks, so memory is bounded except by the largest single element. Many threads may share
 * the connection; their commands then travel together. A value that is written meanwhile has no meaningful digest.
 *
 * <p>Not part of a digest: how long ago a key was used, when a pending entry of a stream was last delivered, how many
 * entries a group of consumers has read, and the expiry of single fields of a hash.
 */
public final class RedisKeyDigests {
    private static final int STRING_CHUNK = 1 << 20;
    private static final long NEVER = -1;

    private RedisKeyDigests() {}

    /**
     * @param commands of a connection on which the key's logical database is selected
     * @return 32 bytes; empty if the key is not there or has expired
     * @throws IllegalArgumentException if the value is of a type that a module brought
     * @throws io.lettuce.core.RedisException if the server does not answer, or the key changed its type meanwhile
     */
    public static Optional<byte[]> digest(RedisCommands<byte[], byte[]> commands, byte[] key) {
        String type = commands.type(key);
        if (type.equals("none")) {
            return Optional.empty();
        }
        CanonicalDigest digest = new CanonicalDigest();
        digest.put(type);
        digest.put(expiry(commands, key));
        switch (type) {
            case "string" -> string(commands, key, digest);
            case "list" -> list(commands, key, digest);
            case "set" -> UnorderedElements.ofSet(commands, key).putInto(digest);
            case "hash" -> UnorderedElements.ofHash(commands, key).putInto(digest);
            case "zset" -> sortedSet(commands, key, digest);
            case "stream" -> RedisStreamDigest.put(commands, key, digest);
            default ->
                throw new IllegalArgumentException("key '" + new String(key, StandardCharsets.UTF_8) + "' is of type '"
                        + type + "'; expected string, list, set, hash, zset or stream");
        }
        return Optional.of(digest.finish());
    }

    /** Milliseconds since the epoch. */
    private static long expiry(RedisCommands<byte[], byte[]> commands, byte[] key) {
        return Math.max(NEVER, commands.pexpiretime(key));
    }

    private static void string(RedisCommands<byte[], byte[]> commands, byte[] key, CanonicalDigest digest) {
        long length = commands.strlen(key);
        digest.put(length);
        for (long start = 0; start < length; start += STRING_CHUNK) {
            digest.putRaw(commands.getrange(key, start, start + STRING_CHUNK - 1));
        }
    }

    private static void list(RedisCommands<byte[], byte[]> commands, byte[] key, CanonicalDigest digest) {
        long length = commands.llen(key);
        int chunk = ChunkSize.of(commands, key, length);
        digest.put(length);
        for (long start = 0; start < length; start += chunk) {
            commands.lrange(key, start, start + chunk - 1).forEach(digest::put);
        }
    }

    /** The server keeps the members by score and then byte by byte, so their order is the same everywhere. */
    private static void sortedSet(RedisCommands<byte[], byte[]> commands, byte[] key, CanonicalDigest digest) {
        long size = commands.zcard(key);
        int chunk = ChunkSize.of(commands, key, size);
        digest.put(size);
        for (long start = 0; start < size; start += chunk) {
            for (ScoredValue<byte[]> member : commands.zrangeWithScores(key, start, start + chunk - 1)) {
                // Adding zero makes the two zeros one.
                digest.put(Double.doubleToLongBits(member.getScore() + 0.0));
                digest.put(member.getValue());
            }
        }
    }
}
