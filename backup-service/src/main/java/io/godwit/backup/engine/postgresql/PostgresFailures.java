package io.godwit.backup.engine.postgresql;

import io.godwit.backup.failure.OperationFailedException;
import io.godwit.backup.tool.ToolExit;
import io.godwit.engines.ServerAccess;
import io.godwit.events.Failure;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/** Says of every PostgreSQL failure which code it has and whether trying again can help. */
final class PostgresFailures {
    private static final Set<String> LOCKED = Set.of("55P03", "40P01");

    private PostgresFailures() {}

    /** @param code the code where the failure is neither of the connection nor of the server's resources */
    static OperationFailedException of(String code, String what, ServerAccess server, SQLException failure) {
        String state = Objects.requireNonNullElse(failure.getSQLState(), "");
        String message = what + " on server " + server.serverId() + " failed: " + firstLine(failure);
        if (state.startsWith("08") || state.startsWith("57P")) {
            return new OperationFailedException("SOURCE_UNREACHABLE", message, Failure.Kind.TRANSIENT, failure);
        }
        if (state.startsWith("53")) {
            return new OperationFailedException("SERVER_EXHAUSTED", message, Failure.Kind.EXHAUSTED, failure);
        }
        if (isOfLocks(failure)) {
            return new OperationFailedException("TABLE_LOCKED", message, Failure.Kind.TRANSIENT, failure);
        }
        return new OperationFailedException(code, message, Failure.Kind.INTERNAL, failure);
    }

    /** Whether somebody else's locks were in the way. */
    static boolean isOfLocks(SQLException failure) {
        return LOCKED.contains(Objects.requireNonNullElse(failure.getSQLState(), ""));
    }

    /**
     * As {@link #of(String, ServerAccess, ToolExit)}, for a program that reads under a snapshot: {@code SCHEMA_CHANGING}
     * if it had to wait for a table.
     */
    static OperationFailedException ofReader(String code, ServerAccess server, ToolExit exit) {
        // pg_dump bounds its wait for a table as a statement.
        if (mentions(exit.errors().toLowerCase(Locale.ROOT), "lock timeout", "statement timeout")) {
            return new OperationFailedException(
                    OperationFailedException.SCHEMA_CHANGING,
                    "server " + server.serverId() + ": " + exit.reason()
                            + "; expected no table to be changed or truncated while a backup begins",
                    Failure.Kind.TRANSIENT);
        }
        return of(code, server, exit);
    }

    /** @param code the code where the program failed for a reason of its own */
    static OperationFailedException of(String code, ServerAccess server, ToolExit exit) {
        String message = "server " + server.serverId() + ": " + exit.reason();
        String errors = exit.errors().toLowerCase(Locale.ROOT);
        // A server that ends a session says so in a message, or the TLS connection ends before it arrives.
        if (mentions(
                errors,
                "connection to server at",
                "server closed the connection",
                "terminating connection",
                "ssl syscall error",
                "could not receive data from server")) {
            return new OperationFailedException("SOURCE_UNREACHABLE", message, Failure.Kind.TRANSIENT);
        }
        if (mentions(errors, "no space left on device", "out of memory", "too many clients")) {
            return new OperationFailedException("SERVER_EXHAUSTED", message, Failure.Kind.EXHAUSTED);
        }
        if (mentions(errors, "lock timeout")) {
            return new OperationFailedException("TABLE_LOCKED", message, Failure.Kind.TRANSIENT);
        }
        return new OperationFailedException(code, message, Failure.Kind.INTERNAL);
    }

    private static boolean mentions(String errors, String... signs) {
        return Stream.of(signs).anyMatch(errors::contains);
    }

    private static String firstLine(SQLException failure) {
        return Objects.requireNonNullElse(failure.getMessage(), "no message")
                .lines()
                .findFirst()
                .orElse("no message");
    }
}
