package io.godwit.backup.engine.redis;

import io.godwit.backup.failure.OperationFailedException;
import io.godwit.engines.ServerAccess;
import io.godwit.events.Failure;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;

/** Says of every Redis failure which code it has and whether trying again can help. */
final class RedisFailures {
    private static final int LONGEST = 300;

    private RedisFailures() {}

    /** @param code the code where the failure is neither of the connection nor of the server's resources */
    static OperationFailedException of(String code, String what, ServerAccess server, IOException failure) {
        if (failure instanceof RedisReplyException) {
            return refused(code, what, server, failure);
        }
        if (failure instanceof SocketTimeoutException) {
            return new OperationFailedException(
                    "DUMP_STALLED", message(what, server, failure), Failure.Kind.EXHAUSTED, failure);
        }
        return unreachable(what, server, failure);
    }

    /** @param code the code where the failure is neither of the connection nor of the server's resources */
    static OperationFailedException of(String code, String what, ServerAccess server, RedisException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RedisCommandExecutionException) {
                return refused(code, what, server, (Exception) cause);
            }
        }
        return unreachable(what, server, failure);
    }

    private static OperationFailedException refused(String code, String what, ServerAccess server, Exception failure) {
        String error = Objects.requireNonNullElse(failure.getMessage(), "").toUpperCase(Locale.ROOT);
        String message = message(what, server, failure);
        if (startsWith(error, "LOADING", "MASTERDOWN", "BUSY ")) {
            return new OperationFailedException("SOURCE_UNREACHABLE", message, Failure.Kind.TRANSIENT, failure);
        }
        if (startsWith(error, "OOM", "MISCONF", "EXECABORT", "ERR MAX NUMBER OF CLIENTS")) {
            return new OperationFailedException("SERVER_EXHAUSTED", message, Failure.Kind.EXHAUSTED, failure);
        }
        return new OperationFailedException(code, message, Failure.Kind.INTERNAL, failure);
    }

    private static OperationFailedException unreachable(String what, ServerAccess server, Exception failure) {
        return new OperationFailedException(
                "SOURCE_UNREACHABLE", message(what, server, failure), Failure.Kind.TRANSIENT, failure);
    }

    private static boolean startsWith(String error, String... signs) {
        return Stream.of(signs).anyMatch(error::startsWith);
    }

    private static String message(String what, ServerAccess server, Exception failure) {
        String reason = Objects.requireNonNullElse(
                        failure.getMessage(), failure.getClass().getSimpleName())
                .lines()
                .findFirst()
                .orElse("no message");
        return what + " on server " + server.serverId() + " failed: "
                + reason.substring(0, Math.min(reason.length(), LONGEST));
    }
}
