package io.godwit.launcher.demo.engine.redis;

/** The demo itself could not do something with its database; not a failure that a client felt. */
final class DemoDatabaseException extends RuntimeException {
    DemoDatabaseException(String what, Throwable cause) {
        super("can't " + what + ": " + cause.getMessage(), cause);
    }
}
