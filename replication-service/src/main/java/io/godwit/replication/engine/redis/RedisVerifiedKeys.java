package io.godwit.replication.engine.redis;

import io.godwit.events.Failure;
import io.godwit.replication.engine.ReplicationException;
import io.godwit.replication.engine.Verification;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.util.unit.DataSize;

/** Collects what a verification found. Only one thread adds. */
final class RedisVerifiedKeys {
    /** They are compared again inside the pause. */
    private static final int PENDING_MAX = 200;

    /** About half a second, read on both servers side by side. */
    private static final DataSize PENDING_BYTES = DataSize.ofMegabytes(32);

    private final Map<Integer, Totals> databases = new TreeMap<>();
    private final List<RedisPendingKeys.Pending> pending = new ArrayList<>();
    private int chunks;
    private int recheckedChunks;
    private int recheckedKeys;
    private long pendingBytes;

    void add(int database, byte[] key, String digest) {
        if (!digest.equals(RedisDigests.ABSENT)) {
            ByteBuffer hash =
                    ByteBuffer.wrap(sha256().digest(concat(key, (":" + digest).getBytes(StandardCharsets.US_ASCII))));
            databases.merge(database, new Totals(1, hash.getLong(), hash.getLong()), Totals::plus);
        }
    }

    /** A key that differed at first. */
    void addRechecked(int database, byte[] key, String digest) {
        recheckedKeys++;
        add(database, key, digest);
    }

    void onChunk(boolean rechecked) {
        chunks++;
        recheckedChunks += rechecked ? 1 : 0;
    }

    /**
     * @param bytes that the source needs for it
     * @param counts whether the source had it when it was found to differ
     * @throws ReplicationException {@code TOO_MANY_CHANGES} if there are more than can be compared in the pause
     */
    void addPending(RedisPendingKeys.Pending key, long bytes, boolean counts) {
        if (counts) {
            databases.merge(key.database(), new Totals(1, 0, 0), Totals::plus);
        }
        pending.add(key);
        pendingBytes += bytes;
        if (pending.size() > PENDING_MAX || pendingBytes > PENDING_BYTES.toBytes()) {
            throw new ReplicationException(
                    "TOO_MANY_CHANGES",
                    Failure.Kind.TRANSIENT,
                    pending.size() + " keys of together " + pendingBytes
                            + " bytes change too often to be compared, for example "
                            + RedisKeyNames.describe(key.database(), key.key()) + "; expected at most " + PENDING_MAX
                            + " of at most " + PENDING_BYTES.toBytes()
                            + " bytes, which is what the pause has time for");
        }
    }

    int recheckedKeys() {
        return recheckedKeys;
    }

    List<RedisPendingKeys.Pending> pending() {
        return List.copyOf(pending);
    }

    /** The sums do not depend on the order in which the keys came. */
    Verification result() {
        MessageDigest digest = sha256();
        databases.forEach((database, totals) ->
                digest.update((database + "|" + totals.keys() + "|" + totals.first() + "|" + totals.second() + "\n")
                        .getBytes(StandardCharsets.US_ASCII)));
        long keys = databases.values().stream().mapToLong(Totals::keys).sum();
        return new Verification(
                keys, databases.size(), chunks, recheckedChunks, HexFormat.of().formatHex(digest.digest()));
    }

    private static byte[] concat(byte[] first, byte[] second) {
        return ByteBuffer.allocate(first.length + second.length)
                .put(first)
                .put(second)
                .array();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    private record Totals(long keys, long first, long second) {
        Totals plus(Totals other) {
            return new Totals(keys + other.keys, first + other.first, second + other.second);
        }
    }
}
