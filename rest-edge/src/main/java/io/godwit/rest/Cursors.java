package io.godwit.rest;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The opaque form of the key at which a page ended. */
final class Cursors {
    private static final char VERSION = '1';

    private Cursors() {}

    static String encode(String key) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString((VERSION + key).getBytes(StandardCharsets.UTF_8));
    }

    /** @throws ProblemException {@code 400 INVALID_PARAMETER} if it was not made by {@link #encode} */
    static String decode(String cursor) {
        try {
            String decoded = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            if (!decoded.isEmpty()
                    && decoded.charAt(0) == VERSION
                    && StorableText.isStorable(decoded)
                    && encode(decoded.substring(1)).equals(cursor)) {
                return decoded.substring(1);
            }
        } catch (IllegalArgumentException e) {
            // Refused below.
        }
        throw ProblemException.invalidParameter("cursor", cursor, "the nextCursor of an earlier answer");
    }
}
