package io.godwit.replication.engine.postgresql;

import io.godwit.engines.PlacedDatabase;
import io.godwit.events.Failure;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.ReplicationException;
import java.io.IOException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Decides what a failure means and whether trying again can help. */
final class PostgresFailures {
    private final PostgresSessions sessions;

    PostgresFailures(PostgresSessions sessions) {
        this.sessions = sessions;
    }

    /** Whether the connection or the server went away, as opposed to a statement being refused. */
    static boolean isConnectionFailure(Exception e) {
        String state = e instanceof SQLException sql ? sql.getSQLState() : null;
        return state != null && (state.startsWith("08") || state.startsWith("57P"));
    }

    /**
     * @param code for a failure that is neither a lost server nor an exhausted one
     * @throws InterruptedException if the failure is what an interrupt looks like to a database call
     */
    ReplicationException classify(String code, ChangeStream stream, Exception e) throws InterruptedException {
        rethrowInterrupt(e);
        if (e instanceof ReplicationException known) {
            return known;
        }
        if (mayBeLostServer(e)) {
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
        ReplicationException unreachable = mayBeLostServer(e) ? unreachable("SOURCE", database, e) : null;
        return unreachable == null ? refused(code, e) : unreachable;
    }

    private static void rethrowInterrupt(Exception e) throws InterruptedException {
        if (e instanceof InterruptedException interrupted) {
            throw interrupted;
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    private static boolean mayBeLostServer(Exception e) {
        return switch (e) {
            case SQLException sql -> isConnectionFailure(sql);
            case IOException _, PostgresToolException _ -> true;
            default -> false;
        };
    }

    private @Nullable ReplicationException unreachable(String side, PlacedDatabase database, Exception cause) {
        try (PostgresSession _ = sessions.open(database)) {
            return null;
        } catch (SQLException e) {
            if (!isConnectionFailure(e)) {
                return null;
            }
            return new ReplicationException(
                    side + "_UNREACHABLE",
                    Failure.Kind.TRANSIENT,
                    "the " + side.toLowerCase(java.util.Locale.ROOT) + " server "
                            + database.server().serverId() + " at "
                            + database.server().address()
                            + " does not answer: " + e.getMessage(),
                    cause);
        }
    }

    private static ReplicationException refused(String code, Exception e) {
        if (e instanceof SQLException sql) {
            String state = String.valueOf(sql.getSQLState());
            return new ReplicationException(code, kindOf(state), sql.getMessage() + " (SQLSTATE " + state + ")", e);
        }
        if (e instanceof PostgresToolException) {
            return new ReplicationException(
                    "SCHEMA_COPY_FAILED", Failure.Kind.CONFLICT, String.valueOf(e.getMessage()), e);
        }
        if (e instanceof RuntimeException runtime) {
            throw runtime;
        }
        return new ReplicationException(code, Failure.Kind.TRANSIENT, String.valueOf(e.getMessage()), e);
    }

    private static Failure.Kind kindOf(String state) {
        return switch (state.substring(0, Math.min(2, state.length()))) {
            case "53", "54" -> Failure.Kind.EXHAUSTED;
            case "08", "40", "55", "57", "58" -> Failure.Kind.TRANSIENT;
            case "22", "23", "28", "42" -> Failure.Kind.CONFLICT;
            default -> Failure.Kind.INTERNAL;
        };
    }
}
