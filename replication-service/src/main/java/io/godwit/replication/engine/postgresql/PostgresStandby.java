package io.godwit.replication.engine.postgresql;

import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.postgresql.PostgresFollowing;
import io.godwit.events.Failure;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.ReplicationException;
import java.sql.SQLException;
import java.time.Duration;

/** A target that follows its source as a whole. Its slot and its process are the provisioning service's. */
final class PostgresStandby {
    private static final Duration POLL = Duration.ofMillis(2);
    private static final String MARK = "SELECT pg_logical_emit_message(true, 'godwit', 'reached')::text AS position";

    private final PostgresSessions sessions;

    PostgresStandby(PostgresSessions sessions) {
        this.sessions = sessions;
    }

    /** @return a position of the source that is on its disk, and that nothing before this call comes after */
    String mark(PlacedDatabase source) throws SQLException, InterruptedException {
        return sessions.with(source, PostgresStandby::mark);
    }

    static String mark(PostgresSession source) throws SQLException {
        source.one(MARK, row -> row.getString(1));
        return source.one("SELECT pg_current_wal_flush_lsn()::text", row -> row.getString(1));
    }

    /** Whether the target has everything up to the position, for every session that begins to read. */
    static boolean hasReplayed(PostgresSession target, String position) throws SQLException {
        return target.isTrue("SELECT coalesce(pg_last_wal_replay_lsn() >= ?::pg_lsn, false)", position);
    }

    void awaitReplayed(ChangeStream stream, String position, Duration timeout)
            throws SQLException, InterruptedException {
        sessions.with(stream.target(), target -> {
            long deadline = System.nanoTime() + timeout.toNanos();
            while (!hasReplayed(target, position)) {
                if (System.nanoTime() > deadline) {
                    throw new ReplicationException(
                            "FLUSH_TIMEOUT",
                            Failure.Kind.TRANSIENT,
                            "the standby has not replayed position " + position + " within " + timeout);
                }
                Thread.sleep(POLL);
            }
            return true;
        });
    }

    /** Returns when the target streams from the source. */
    void awaitStreaming(ChangeStream stream, Duration timeout) throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!isStreaming(stream)) {
            if (System.nanoTime() > deadline) {
                throw new ReplicationException(
                        "STANDBY_NOT_FOLLOWING",
                        Failure.Kind.TRANSIENT,
                        "server " + stream.target().server().serverId() + " has not begun to follow server "
                                + stream.source().server().serverId() + " within " + timeout);
            }
            Thread.sleep(POLL.multipliedBy(50));
        }
    }

    private boolean isStreaming(ChangeStream stream) throws SQLException, InterruptedException {
        try {
            return sessions.with(stream.target(), target -> target.isTrue(PostgresFollowing.IS_STREAMING));
        } catch (SQLException e) {
            if (Thread.currentThread().isInterrupted() || !PostgresFailures.isConnectionFailure(e)) {
                throw e;
            }
            // It is being started.
            return false;
        }
    }
}
