package io.godwit.launcher.platform;

/** The local platform can't do what was asked; the message says why and what helps. */
public final class PlatformException extends RuntimeException {
    public PlatformException(String message) {
        super(message);
    }

    public PlatformException(String message, Throwable cause) {
        super(message, cause);
    }
}
