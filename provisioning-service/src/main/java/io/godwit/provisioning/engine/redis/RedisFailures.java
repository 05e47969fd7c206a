package io.godwit.provisioning.engine.redis;

import io.godwit.engines.ServerAccess;
import io.godwit.events.Failure;
import io.godwit.provisioning.engine.ProvisioningException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisException;
import java.util.Objects;

/** Classifies what a server refused, by the first word of its error. */
final class RedisFailures {
    private RedisFailures() {}

    static ProvisioningException of(ServerAccess server, RedisException e) {
        String reason = reasonOf(e);
        String address = server.address().toString();
        String user = server.admin().user();
        return switch (reason.split(" ", 2)[0]) {
            case "WRONGPASS", "NOAUTH" ->
                failure("SERVER_LOGIN_REFUSED", Failure.Kind.CALLER, address, "refuses user '" + user + "'", reason, e);
            case "NOPERM" ->
                failure(
                        "SERVER_RIGHTS_MISSING",
                        Failure.Kind.CALLER,
                        address,
                        "lacks rights for user '" + user + "'",
                        reason,
                        e);
            case "LOADING", "BUSY", "MASTERDOWN", "TRYAGAIN" ->
                failure("SERVER_BUSY", Failure.Kind.TRANSIENT, address, "is busy", reason, e);
            case "OOM", "MISCONF" ->
                failure("SERVER_EXHAUSTED", Failure.Kind.EXHAUSTED, address, "has reached a limit", reason, e);
            case "ERR", "READONLY", "WRONGTYPE" ->
                failure("SERVER_STATEMENT_FAILED", Failure.Kind.INTERNAL, address, "failed", reason, e);
            default -> {
                boolean late = e instanceof RedisCommandTimeoutException;
                yield failure(
                        late ? "SERVER_TIMED_OUT" : "SERVER_UNREACHABLE",
                        Failure.Kind.TRANSIENT,
                        address,
                        late ? "took too long" : "does not answer",
                        reason,
                        e);
            }
        };
    }

    /** A login that is refused comes wrapped: the server's own words are the innermost. */
    private static String reasonOf(Throwable failure) {
        Throwable innermost = failure;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        return Objects.requireNonNullElse(innermost.getMessage(), innermost.toString());
    }

    private static ProvisioningException failure(
            String code, Failure.Kind kind, String address, String what, String reason, RedisException e) {
        return new ProvisioningException(new Failure(code, "Server " + address + " " + what + ": " + reason, kind), e);
    }
}
