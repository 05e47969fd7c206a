package io.godwit.launcher.demo.engine.postgresql;

import java.sql.SQLException;

/** The demo itself could not do something with its database; not a failure that a client felt. */
final class DemoDatabaseException extends RuntimeException {
    DemoDatabaseException(String what, SQLException cause) {
        super("can't " + what + ": " + cause.getMessage(), cause);
    }
}
