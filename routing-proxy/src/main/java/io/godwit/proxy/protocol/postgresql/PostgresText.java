package io.godwit.proxy.protocol.postgresql;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Text as it stands on the wire, in the encoding that the session has; equal if the bytes are.
 *
 * @param bytes never changed
 */
@SuppressWarnings("ArrayRecordComponent") // compared below
record PostgresText(byte[] bytes) {
    static PostgresText ascii(String text) {
        return new PostgresText(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** What consists of ASCII characters, as a string. */
    String asAscii() {
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PostgresText(byte[] others) && Arrays.equals(bytes, others);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }
}
