package io.godwit.engines.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 over parts that can't be taken for one another: each goes in with its length. Used by one thread. */
final class CanonicalDigest {
    private final MessageDigest sha256;

    CanonicalDigest() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    void put(byte[] part) {
        put(part.length);
        putRaw(part);
    }

    void put(String part) {
        put(part.getBytes(StandardCharsets.UTF_8));
    }

    void put(long number) {
        putRaw(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
    }

    /** A piece of a part whose length went in before. */
    void putRaw(byte[] piece) {
        sha256.update(piece);
    }

    /** @return 32 bytes; begins anew */
    byte[] finish() {
        return sha256.digest();
    }
}
