package io.godwit.replication.engine.redis;

import io.godwit.engines.PlacedDatabase;
import io.godwit.events.Failure;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.ReplicationException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandInterruptedException;
import io.lettuce.core.RedisException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Decides what a failure means and whether trying again can help. */
final class RedisFailures {
    private final RedisSessions sessions;

    RedisFailures(RedisSessions sessions) {
        this.sessions = sessions;
    }

    /** Whether the connection or the server went away, as opposed to a command being refused. */
    static boolean isConnectionFailure(Throwable e) {
        return e instanceof RedisException && !(e instanceof RedisCommandInterruptedException) && !isRefusal(e);
    }

    /**
     * @param code for a failure that is not a lost server
     * @throws InterruptedException if the failure is what an interrupt looks like to a call of a server
     */
    ReplicationException classify(String code, ChangeStream stream, Exception e) throws InterruptedException {
        rethrowInterrupt(e);
        if (e instanceof ReplicationException known) {
            return known;
        }
        if (isConnectionFailure(e)) {
            ReplicationException unreachable = unreachable("TARGET", stream.target(), e);
            if (unreachable == null) {
                unreachable = unreachable("SOURCE", stream.source(), e);
            }
            if (unreachable != null) {
                return unreachable;
            }
        }
        return refused(code, e);
    }

    ReplicationException classify(String code, PlacedDatabase database, Exception e) throws InterruptedException {
        rethrowInterrupt(e);
        if (e instanceof ReplicationException known) {
            return known;
        }
        ReplicationException unreachable = isConnectionFailure(e) ? unreachable("SOURCE", database, e) : null;
        return unreachable == null ? refused(code, e) : unreachable;
    }

    static void rethrowInterrupt(Exception e) throws InterruptedException {
        if (e instanceof InterruptedException interrupted) {
            throw interrupted;
        }
        if (Thread.interrupted() || e instanceof RedisCommandInterruptedException) {
            throw new InterruptedException();
        }
    }

    private @Nullable ReplicationException unreachable(String side, PlacedDatabase database, Exception cause) {
        try (RedisSession session = sessions.open(database)) {
            session.info("server");
            return null;
        } catch (RedisException e) {
            if (!isConnectionFailure(e)) {
                return null;
            }
            return new ReplicationException(
                    side + "_UNREACHABLE",
                    Failure.Kind.TRANSIENT,
                    "the " + side.toLowerCase(Locale.ROOT) + " server "
                            + database.server().serverId() + " at "
                            + database.server().address() + " does not answer: " + e.getMessage(),
                    cause);
        }
    }

    private static ReplicationException refused(String code, Exception e) {
        if (e instanceof RedisException) {
            return new ReplicationException(code, kindOf(e), String.valueOf(e.getMessage()), e);
        }
        if (e instanceof RuntimeException runtime) {
            throw runtime;
        }
        return new ReplicationException(code, Failure.Kind.TRANSIENT, String.valueOf(e.getMessage()), e);
    }

    /** A login that is refused fails as a connection, because of a command. */
    private static boolean isRefusal(Throwable e) {
        return e instanceof RedisCommandExecutionException || e.getCause() instanceof RedisCommandExecutionException;
    }

    private static Failure.Kind kindOf(Exception e) {
        if (!isRefusal(e)) {
            return Failure.Kind.TRANSIENT;
        }
        String error = String.valueOf(e.getMessage());
        return switch (error.split("[ :]", 2)[0]) {
            case "LOADING", "BUSY", "MASTERDOWN", "READONLY" -> Failure.Kind.TRANSIENT;
            case "OOM", "MISCONF" -> Failure.Kind.EXHAUSTED;
            case "NOPERM", "WRONGPASS", "NOAUTH" -> Failure.Kind.CONFLICT;
            default -> Failure.Kind.INTERNAL;
        };
    }
}
