package io.godwit.provisioning.engine.postgresql;

import io.godwit.engines.ServerAccess;
import io.godwit.events.Failure;
import io.godwit.provisioning.engine.ProvisioningException;
import java.sql.SQLException;
import java.util.Objects;

/** Classifies what a server refused, by its SQLState (PostgreSQL documentation, appendix A). */
final class PostgresFailures {
    private PostgresFailures() {}

    static ProvisioningException of(ServerAccess server, SQLException e) {
        String state = Objects.requireNonNullElse(e.getSQLState(), "");
        String address = server.address().toString();
        if (state.startsWith("28")) {
            return failure(
                    "SERVER_LOGIN_REFUSED",
                    Failure.Kind.CALLER,
                    address,
                    "refuses user '" + server.admin().user() + "'",
                    e);
        }
        // 57P01 to 57P03: it shuts down or starts. 08: the connection itself.
        if (state.startsWith("08") || state.startsWith("57P0")) {
            return failure("SERVER_UNREACHABLE", Failure.Kind.TRANSIENT, address, "does not answer", e);
        }
        if (state.startsWith("53")) {
            return failure("SERVER_EXHAUSTED", Failure.Kind.EXHAUSTED, address, "has reached a limit", e);
        }
        return switch (state) {
            case "42501" ->
                failure(
                        "SERVER_RIGHTS_MISSING",
                        Failure.Kind.CALLER,
                        address,
                        "lacks rights for user '" + server.admin().user() + "'",
                        e);
            case "55006" -> failure("DATABASE_IN_USE", Failure.Kind.TRANSIENT, address, "still uses the database", e);
            case "55P03", "57014" -> failure("SERVER_TIMED_OUT", Failure.Kind.TRANSIENT, address, "took too long", e);
            case "42P04", "42710" ->
                failure("DATABASE_NAME_TAKEN", Failure.Kind.CONFLICT, address, "has it already", e);
            default ->
                failure(
                        "SERVER_STATEMENT_FAILED",
                        Failure.Kind.INTERNAL,
                        address,
                        "failed (SQLState " + state + ")",
                        e);
        };
    }

    private static ProvisioningException failure(
            String code, Failure.Kind kind, String address, String what, SQLException e) {
        return new ProvisioningException(
                new Failure(code, "Server " + address + " " + what + ": " + e.getMessage(), kind), e);
    }
}
