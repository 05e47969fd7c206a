package io.godwit.proxy.protocol.postgresql;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The SASL conversation with one client (PostgreSQL documentation, section 55.3.1). */
final class PostgresAuthentication {
    private static final int LENGTH_FIELD = 4;

    private final PostgresScramServer scram;
    private boolean begun;

    sealed interface Answer {
        record Continue(String data) implements Answer {}

        record Accepted(String data) implements Answer {}

        record Refused() implements Answer {}
    }

    PostgresAuthentication(PostgresScramServer scram) {
        this.scram = scram;
    }

    /** @throws PostgresProtocolException if the message is not the one expected now */
    Answer onPassword(String body) {
        if (!begun) {
            begun = true;
            return new Answer.Continue(scram.onClientFirst(initialResponse(body)));
        }
        @Nullable String last = scram.onClientFinal(body);
        return last == null ? new Answer.Refused() : new Answer.Accepted(last);
    }

    private static String initialResponse(String body) {
        int mechanismEnd = body.indexOf('\0');
        if (mechanismEnd < 0 || body.length() < mechanismEnd + 1 + LENGTH_FIELD) {
            throw new PostgresProtocolException("malformed SASL initial response");
        }
        if (!body.substring(0, mechanismEnd).equals(PostgresScramServer.MECHANISM)) {
            throw new PostgresProtocolException("client selected an invalid SASL authentication mechanism");
        }
        byte[] bytes = body.getBytes(StandardCharsets.ISO_8859_1);
        return new String(
                bytes,
                mechanismEnd + 1 + LENGTH_FIELD,
                bytes.length - mechanismEnd - 1 - LENGTH_FIELD,
                StandardCharsets.UTF_8);
    }
}
