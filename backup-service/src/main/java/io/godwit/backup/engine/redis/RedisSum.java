package io.godwit.backup.engine.redis;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Counts things and adds up their hashes, so that their order does not matter. */
final class RedisSum {
    private long rows;
    /** Modulo 2^64. */
    private long hashes;

    /** @param parts tell the thing; their lengths count, so that no two things are told by the same bytes */
    void add(byte[]... parts) {
        MessageDigest sha256 = sha256();
        for (byte[] part : parts) {
            sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).flip());
            sha256.update(part);
        }
        rows++;
        hashes += ByteBuffer.wrap(sha256.digest()).getLong();
    }

    long rows() {
        return rows;
    }

    /** In hexadecimal. */
    String hash() {
        return "%016x".formatted(hashes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java platform lacks SHA-256", e);
        }
    }
}
