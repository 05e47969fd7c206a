package io.godwit.proxy.protocol.postgresql;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The client's side of one SCRAM-SHA-256 authentication (RFC 5802, RFC 7677), without channel binding. */
final class PostgresScramClient {
    private static final String GS2_HEADER = "n,,";
    private static final String CHANNEL = "biws";
    private static final int MAX_ITERATIONS = 1_000_000;

    private final String nonce;
    private final String user;
    private String serverFirst = "";
    private String expectedSignature = "";

    /** What the server asks the password to be salted with. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Challenge(String nonce, byte[] salt, int iterations) {}

    private @Nullable Challenge challenge;

    /**
     * @param user PostgreSQL ignores it and takes the startup packet's, so drivers leave it empty
     * @param nonce printable, without commas, never used before
     */
    PostgresScramClient(String user, String nonce) {
        this.user = user;
        this.nonce = nonce;
    }

    String first() {
        return GS2_HEADER + firstBare();
    }

    private String firstBare() {
        return "n=" + user + ",r=" + nonce;
    }

    /** @throws PostgresProtocolException if the message is malformed or does not continue this authentication */
    Challenge onServerFirst(String message) {
        PostgresScramAttributes attributes = PostgresScramAttributes.parse(message);
        String fullNonce = attributes.get('r');
        if (!fullNonce.startsWith(nonce) || fullNonce.length() == nonce.length()) {
            throw new PostgresProtocolException("SCRAM nonce does not match");
        }
        try {
            int iterations = Integer.parseInt(attributes.get('i'));
            if (iterations < 1 || iterations > MAX_ITERATIONS) {
                throw new PostgresProtocolException("SCRAM iteration count " + iterations + " is out of range");
            }
            serverFirst = message;
            Challenge received = new Challenge(fullNonce, Base64.getDecoder().decode(attributes.get('s')), iterations);
            challenge = received;
            return received;
        } catch (IllegalArgumentException e) {
            throw new PostgresProtocolException("malformed SCRAM message: salt or iteration count");
        }
    }

    /** @param keys derived for the {@link Challenge} */
    String last(PostgresScramKeys keys) {
        if (challenge == null) {
            throw new IllegalStateException("the server's first message has not arrived");
        }
        String withoutProof = "c=" + CHANNEL + ",r=" + challenge.nonce();
        String authMessage = firstBare() + "," + serverFirst + "," + withoutProof;
        byte[] signature = PostgresScramMath.hmac(keys.storedKey(), authMessage);
        byte[] proof = PostgresScramMath.xor(keys.clientKey(), signature);
        byte[] serverSignature = PostgresScramMath.hmac(keys.serverKey(), authMessage);
        expectedSignature = "v=" + Base64.getEncoder().encodeToString(serverSignature);
        return withoutProof + ",p=" + Base64.getEncoder().encodeToString(proof);
    }

    /** @return whether the server has proved that it knows the password's verifier */
    boolean verify(String serverFinal) {
        return !expectedSignature.isEmpty()
                && MessageDigest.isEqual(
                        serverFinal.getBytes(StandardCharsets.UTF_8),
                        expectedSignature.getBytes(StandardCharsets.UTF_8));
    }
}
