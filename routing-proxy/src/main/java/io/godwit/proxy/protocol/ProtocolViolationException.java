package io.godwit.proxy.protocol;

/** A peer broke the protocol; the connection can't go on. */
public abstract class ProtocolViolationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    protected ProtocolViolationException(String violation) {
        super(violation);
    }
}
