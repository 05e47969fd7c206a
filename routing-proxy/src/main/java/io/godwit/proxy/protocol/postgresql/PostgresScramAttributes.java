package io.godwit.proxy.protocol.postgresql;

import java.util.HashMap;
import java.util.Map;

/** The {@code a=value,b=value} lists of SCRAM messages (RFC 5802, section 5.1). */
final class PostgresScramAttributes {
    private final Map<Character, String> values = new HashMap<>();

    private PostgresScramAttributes() {}

    /** @throws PostgresProtocolException if the message is no such list */
    static PostgresScramAttributes parse(String message) {
        PostgresScramAttributes attributes = new PostgresScramAttributes();
        for (String part : message.split(",", -1)) {
            if (part.length() < 2 || part.charAt(1) != '=') {
                throw new PostgresProtocolException("malformed SCRAM message");
            }
            attributes.values.putIfAbsent(part.charAt(0), part.substring(2));
        }
        return attributes;
    }

    /** @throws PostgresProtocolException if the attribute is missing */
    String get(char name) {
        String value = values.get(name);
        if (value == null) {
            throw new PostgresProtocolException("malformed SCRAM message: attribute '" + name + "' expected");
        }
        return value;
    }
}
