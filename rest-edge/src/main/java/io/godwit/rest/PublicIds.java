package io.godwit.rest;

import java.security.SecureRandom;

/** Ids that the API shows, for example {@code mig_4kzq2hx7m3vbn5ta}. */
public final class PublicIds {
    private static final String BASE32 = "abcdefghijklmnopqrstuvwxyz234567";
    private static final int LENGTH = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private PublicIds() {}

    /** @return the prefix, an underscore and 80 random bits in lower-case base32 */
    public static String next(String prefix) {
        StringBuilder id = new StringBuilder(prefix).append('_');
        for (int i = 0; i < LENGTH; i++) {
            id.append(BASE32.charAt(RANDOM.nextInt(BASE32.length())));
        }
        return id.toString();
    }
}
