package io.godwit.replication.engine.postgresql;

import io.godwit.events.Failure;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.ConvergenceGoal;
import io.godwit.replication.engine.Lag;
import io.godwit.replication.engine.LagListener;
import io.godwit.replication.engine.MoveLimits;
import io.godwit.replication.engine.ReplicationException;
import java.sql.SQLException;
import java.time.Duration;

/** Measures the lag by writing to the source and reading on the target, until it has been small for a while. */
final class PostgresLag {
    private static final Duration REPORT = Duration.ofSeconds(1);
    private static final Duration POLL = Duration.ofMillis(2);

    private final PostgresSessions sessions;
    private final MoveLimits limits;

    PostgresLag(PostgresSessions sessions, MoveLimits limits) {
        this.sessions = sessions;
        this.limits = limits;
    }

    Lag await(ChangeStream stream, ConvergenceGoal goal, LagListener listener)
            throws SQLException, InterruptedException {
        try (PostgresSession source = sessions.open(stream.source());
                PostgresSession target = sessions.open(stream.target())) {
            PostgresBackends.claim(source, stream.migrationId());
            PostgresBackends.claim(target, stream.migrationId());
            return new Wait(stream, source, target, goal, listener).untilConverged();
        }
    }

    /** One wait, on one thread. */
    private final class Wait {
        private final String name;
        private final PostgresSession source;
        private final PostgresSession target;
        private final ConvergenceGoal goal;
        private final LagListener listener;
        private final PostgresApplyWatch applying;
        private final long deadline =
                System.nanoTime() + limits.convergeTimeout().toNanos();
        private long reportDue = System.nanoTime();

        Wait(
                ChangeStream stream,
                PostgresSession source,
                PostgresSession target,
                ConvergenceGoal goal,
                LagListener listener)
                throws SQLException {
            this.name =
                    PostgresNames.stream(stream.migrationId(), stream.source().server());
            this.source = source;
            this.target = target;
            this.goal = goal;
            this.listener = listener;
            this.applying = new PostgresApplyWatch(target, name);
        }

        Lag untilConverged() throws SQLException, InterruptedException {
            int converged = 0;
            while (true) {
                long written = System.nanoTime();
                String position = PostgresMarker.write(source, name);
                while (!PostgresMarker.hasArrived(target, name, position)) {
                    Thread.sleep(POLL);
                    report(since(written));
                }
                Duration delay = since(written);
                report(delay);
                converged = delay.compareTo(goal.maxDelay()) <= 0 ? converged + 1 : 0;
                if (converged >= goal.samples()) {
                    return new Lag(unconfirmedBytes(), delay);
                }
                Duration pause = limits.heartbeat().minus(delay);
                if (pause.isPositive()) {
                    Thread.sleep(pause);
                }
            }
        }

        private void report(Duration delay) throws SQLException {
            if (System.nanoTime() < reportDue) {
                return;
            }
            reportDue = System.nanoTime() + REPORT.toNanos();
            listener.onLag(new Lag(unconfirmedBytes(), delay));
            PostgresDdlNotes.requireCarried(source, target, Failure.Kind.TRANSIENT);
            applying.check();
            long retained = PostgresPublisher.retainedBytes(source, name);
            if (retained > limits.logBudget().toBytes()) {
                throw new ReplicationException(
                        "WAL_BUDGET_EXCEEDED",
                        Failure.Kind.EXHAUSTED,
                        "the source keeps " + retained + " bytes of WAL for the move; the budget is "
                                + limits.logBudget().toBytes());
            }
            if (System.nanoTime() > deadline) {
                throw new ReplicationException(
                        "LAG_NOT_CONVERGING",
                        Failure.Kind.EXHAUSTED,
                        "after " + limits.convergeTimeout() + " the target is still " + delay.toMillis()
                                + " ms behind; expected at most "
                                + goal.maxDelay().toMillis() + " ms");
            }
        }

        private long unconfirmedBytes() throws SQLException {
            return source.one("""
                    SELECT coalesce(max(greatest(pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn), 0)), 0)::bigint
                    FROM pg_replication_slots WHERE slot_name = ?""", row -> row.getLong(1), name);
        }

        private static Duration since(long nanos) {
            return Duration.ofNanos(System.nanoTime() - nanos);
        }
    }
}
