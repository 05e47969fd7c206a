package io.godwit.proxy.protocol.redis;

import io.godwit.proxy.protocol.ProtocolViolationException;

/** One side broke the protocol; the message is what Redis says about it, after {@code ERR Protocol error: }. */
final class RedisProtocolException extends ProtocolViolationException {
    private static final long serialVersionUID = 1L;

    RedisProtocolException(String message) {
        super(message);
    }

    /** What the client gets to read before its connection ends. */
    String toError() {
        return "ERR Protocol error: " + getMessage();
    }
}
