package io.godwit.proxy.protocol.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * What a client's password is compared with: {@code SHA-256$<salt>$<SHA-256 of salt and password>}, both in base64. One
 * round is enough, since Godwit's passwords are 190 random bits, which nobody finds by trying.
 */
final class RedisVerifier {
    private static final String SCHEME = "SHA-256";
    private static final int SALT_BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final byte[] salt;
    private final byte[] digest;

    private RedisVerifier(byte[] salt, byte[] digest) {
        this.salt = salt;
        this.digest = digest;
    }

    static RedisVerifier ofPassword(String password) {
        byte[] salt = new byte[SALT_BYTES];
        RANDOM.nextBytes(salt);
        return new RedisVerifier(salt, digest(salt, password.getBytes(UTF_8)));
    }

    /** Fits no password, and takes as long to say so as any other. */
    static RedisVerifier ofNobody() {
        byte[] salt = new byte[SALT_BYTES];
        byte[] digest = new byte[32];
        RANDOM.nextBytes(salt);
        RANDOM.nextBytes(digest);
        return new RedisVerifier(salt, digest);
    }

    /** @throws IllegalArgumentException if the text is no verifier; it is not repeated in the message */
    static RedisVerifier parse(String text) {
        String[] parts = text.split("\\$", -1);
        if (parts.length != 3 || !parts[0].equals(SCHEME)) {
            throw new IllegalArgumentException("the verifier is not of the form SHA-256$<salt>$<digest>");
        }
        Base64.Decoder base64 = Base64.getDecoder();
        return new RedisVerifier(base64.decode(parts[1]), base64.decode(parts[2]));
    }

    String toText() {
        Base64.Encoder base64 = Base64.getEncoder();
        return SCHEME + "$" + base64.encodeToString(salt) + "$" + base64.encodeToString(digest);
    }

    /** @param password bytes, one per character */
    boolean fits(String password) {
        return MessageDigest.isEqual(digest, digest(salt, password.getBytes(ISO_8859_1)));
    }

    private static byte[] digest(byte[] salt, byte[] password) {
        try {
            MessageDigest sha = MessageDigest.getInstance(SCHEME);
            sha.update(salt);
            return sha.digest(password);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + SCHEME, e);
        }
    }
}
