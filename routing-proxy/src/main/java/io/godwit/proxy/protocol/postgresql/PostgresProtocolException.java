package io.godwit.proxy.protocol.postgresql;

import io.godwit.proxy.protocol.ProtocolViolationException;
import java.io.Serial;

/** A peer broke the protocol; the connection can't go on. */
final class PostgresProtocolException extends ProtocolViolationException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String violation;

    PostgresProtocolException(String violation) {
        super(violation);
        this.violation = violation;
    }

    /** What to tell the peer. */
    PostgresError toError() {
        return PostgresError.fatal(PostgresError.PROTOCOL_VIOLATION, violation);
    }
}
