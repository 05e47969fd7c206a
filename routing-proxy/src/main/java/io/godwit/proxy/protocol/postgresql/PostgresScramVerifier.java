package io.godwit.proxy.protocol.postgresql;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A stored SCRAM secret in the form that PostgreSQL keeps in {@code pg_authid.rolpassword}. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record PostgresScramVerifier(byte[] salt, int iterations, byte[] storedKey, byte[] serverKey) {
    private static final Pattern FORM =
            Pattern.compile("SCRAM-SHA-256\\$([0-9]{1,9}):([A-Za-z0-9+/=]+)\\$([A-Za-z0-9+/=]+):([A-Za-z0-9+/=]+)");
    private static final int DEFAULT_ITERATIONS = 4096;
    private static final int SALT_BYTES = 16;
    private static final byte[] MOCK_KEY = randomBytes(PostgresScramMath.KEY_BYTES);

    /** @throws IllegalArgumentException if {@code text} is no SCRAM-SHA-256 verifier; the text is not repeated */
    static PostgresScramVerifier parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "verifier is invalid; expected SCRAM-SHA-256$<iterations>:<salt>$<stored key>:<server key>");
        }
        Base64.Decoder base64 = Base64.getDecoder();
        return new PostgresScramVerifier(
                base64.decode(matcher.group(2)),
                Integer.parseInt(matcher.group(1)),
                base64.decode(matcher.group(3)),
                base64.decode(matcher.group(4)));
    }

    static PostgresScramVerifier ofPassword(String password) {
        byte[] salt = randomBytes(SALT_BYTES);
        PostgresScramKeys keys = PostgresScramKeys.derive(password, salt, DEFAULT_ITERATIONS);
        return new PostgresScramVerifier(salt, DEFAULT_ITERATIONS, keys.storedKey(), keys.serverKey());
    }

    /**
     * A verifier for a user that does not exist. It is the same every time the same name is tried, so that names can't
     * be told apart by their salts; no password fits it.
     */
    static PostgresScramVerifier mock(String user) {
        byte[] salt = Arrays.copyOf(PostgresScramMath.hmac(MOCK_KEY, user), SALT_BYTES);
        return new PostgresScramVerifier(salt, DEFAULT_ITERATIONS, randomBytes(PostgresScramMath.KEY_BYTES), MOCK_KEY);
    }

    String toText() {
        Base64.Encoder base64 = Base64.getEncoder();
        return "SCRAM-SHA-256$" + iterations + ":" + base64.encodeToString(salt) + "$"
                + base64.encodeToString(storedKey) + ":" + base64.encodeToString(serverKey);
    }

    @Override
    public String toString() {
        return "PostgresScramVerifier[…]";
    }

    private static byte[] randomBytes(int count) {
        byte[] bytes = new byte[count];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }
}
