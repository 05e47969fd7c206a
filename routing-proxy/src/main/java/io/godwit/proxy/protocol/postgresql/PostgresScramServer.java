package io.godwit.proxy.protocol.postgresql;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The server's side of one SCRAM-SHA-256 authentication (RFC 5802, RFC 7677), without channel binding. */
final class PostgresScramServer {
    static final String MECHANISM = "SCRAM-SHA-256";

    private final PostgresScramVerifier verifier;
    private final String nonce;
    private String gs2Header = "";
    private String clientFirstBare = "";
    private @Nullable String serverFirst;
    private String fullNonce = "";

    /** @param nonce printable, without commas, never used before */
    PostgresScramServer(PostgresScramVerifier verifier, String nonce) {
        this.verifier = verifier;
        this.nonce = nonce;
    }

    /** @throws PostgresProtocolException if the message is malformed or asks for channel binding */
    String onClientFirst(String message) {
        int authorizationEnd = message.indexOf(',', message.indexOf(',') + 1);
        if (authorizationEnd < 0) {
            throw new PostgresProtocolException("malformed SCRAM message");
        }
        gs2Header = message.substring(0, authorizationEnd + 1);
        if (!gs2Header.equals("n,,") && !gs2Header.equals("y,,")) {
            throw new PostgresProtocolException(
                    "unexpected SCRAM channel-binding or authorization identity; expected none");
        }
        clientFirstBare = message.substring(authorizationEnd + 1);
        fullNonce = PostgresScramAttributes.parse(clientFirstBare).get('r') + nonce;
        String answer = "r=" + fullNonce + ",s=" + Base64.getEncoder().encodeToString(verifier.salt()) + ",i="
                + verifier.iterations();
        serverFirst = answer;
        return answer;
    }

    /**
     * @return the server's final message, or null if the password was wrong
     * @throws PostgresProtocolException if the message is malformed or belongs to another authentication
     */
    @Nullable
    String onClientFinal(String message) {
        if (serverFirst == null) {
            throw new PostgresProtocolException("SCRAM final message before the first");
        }
        int proofStart = message.lastIndexOf(",p=");
        if (proofStart < 0) {
            throw new PostgresProtocolException("malformed SCRAM message: attribute 'p' expected");
        }
        String withoutProof = message.substring(0, proofStart);
        PostgresScramAttributes attributes = PostgresScramAttributes.parse(withoutProof);
        String channel = Base64.getEncoder().encodeToString(gs2Header.getBytes(StandardCharsets.UTF_8));
        if (!attributes.get('c').equals(channel) || !attributes.get('r').equals(fullNonce)) {
            throw new PostgresProtocolException("SCRAM nonce or channel binding does not match");
        }
        byte[] proof = decode(message.substring(proofStart + 3));
        String authMessage = clientFirstBare + "," + serverFirst + "," + withoutProof;
        byte[] signature = PostgresScramMath.hmac(verifier.storedKey(), authMessage);
        byte[] clientKey = PostgresScramMath.xor(signature, proof);
        if (!MessageDigest.isEqual(PostgresScramMath.hash(clientKey), verifier.storedKey())) {
            return null;
        }
        byte[] serverSignature = PostgresScramMath.hmac(verifier.serverKey(), authMessage);
        return "v=" + Base64.getEncoder().encodeToString(serverSignature);
    }

    private static byte[] decode(String proof) {
        try {
            byte[] decoded = Base64.getDecoder().decode(proof);
            if (decoded.length == PostgresScramMath.KEY_BYTES) {
                return decoded;
            }
        } catch (IllegalArgumentException e) {
            throw new PostgresProtocolException("malformed SCRAM message: proof is no base64");
        }
        throw new PostgresProtocolException("malformed SCRAM message: proof has the wrong length");
    }
}
