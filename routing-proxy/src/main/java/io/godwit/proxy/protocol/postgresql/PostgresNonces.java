package io.godwit.proxy.protocol.postgresql;

import java.security.SecureRandom;
import java.util.Base64;

/** Random values for authentication and cancel keys. Safe for use by all event loops. */
final class PostgresNonces {
    private static final int BYTES = 18;

    private final SecureRandom random = new SecureRandom();

    /** Printable and without commas, as SCRAM wants it. */
    String next() {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    int nextInt() {
        return random.nextInt();
    }
}
