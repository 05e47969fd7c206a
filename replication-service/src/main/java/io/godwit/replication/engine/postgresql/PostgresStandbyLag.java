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

/** Measures how long a standby takes to replay what its leader has just written, until it is quick for a while. */
final class PostgresStandbyLag {
    private static final Duration REPORT = Duration.ofSeconds(1);
    private static final Duration POLL = Duration.ofMillis(2);

    private static final String RETAINED = "SELECT coalesce(max(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)), 0)"
            + "::bigint FROM pg_replication_slots WHERE slot_type = 'physical'";
    private static final String LOST = "SELECT EXISTS (SELECT FROM pg_replication_slots"
            + " WHERE slot_type = 'physical' AND wal_status = 'lost')";

    private final PostgresSessions sessions;
    private final MoveLimits limits;

    PostgresStandbyLag(PostgresSessions sessions, MoveLimits limits) {
        this.sessions = sessions;
        this.limits = limits;
    }

    Lag await(ChangeStream stream, ConvergenceGoal goal, LagListener listener)
            throws SQLException, InterruptedException {
        try (PostgresSession source = sessions.open(stream.source());
                PostgresSession target = sessions.open(stream.target())) {
            return new Wait(source, target, goal, listener).untilConverged();
        }
    }

    /** One wait, on one thread. */
    private final class Wait {
        private final PostgresSession source;
        private final PostgresSession target;
        private final ConvergenceGoal goal;
        private final LagListener listener;
        private final long deadline =
                System.nanoTime() + limits.convergeTimeout().toNanos();
        private long reportDue = System.nanoTime();

        Wait(PostgresSession source, PostgresSession target, ConvergenceGoal goal, LagListener listener) {
            this.source = source;
            this.target = target;
            this.goal = goal;
            this.listener = listener;
        }

        Lag untilConverged() throws SQLException, InterruptedException {
            int converged = 0;
            while (true) {
                long written = System.nanoTime();
                String position = PostgresStandby.mark(source);
                while (!PostgresStandby.hasReplayed(target, position)) {
                    Thread.sleep(POLL);
                    report(since(written));
                }
                Duration delay = since(written);
                report(delay);
                converged = delay.compareTo(goal.maxDelay()) <= 0 ? converged + 1 : 0;
                if (converged >= goal.samples()) {
                    return new Lag(retained(), delay);
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
            long retained = retained();
            listener.onLag(new Lag(retained, delay));
            if (source.isTrue(LOST)) {
                throw new ReplicationException(
                        "STANDBY_LEFT_BEHIND",
                        Failure.Kind.TRANSIENT,
                        "the source does not have the log any more that its standby has not got yet");
            }
            if (retained > limits.logBudget().toBytes()) {
                throw new ReplicationException(
                        "WAL_BUDGET_EXCEEDED",
                        Failure.Kind.EXHAUSTED,
                        "the source keeps " + retained + " bytes of WAL for its standby; the budget is "
                                + limits.logBudget().toBytes());
            }
            if (System.nanoTime() > deadline) {
                throw new ReplicationException(
                        "LAG_NOT_CONVERGING",
                        Failure.Kind.EXHAUSTED,
                        "after " + limits.convergeTimeout() + " the standby is still " + delay.toMillis()
                                + " ms behind; expected at most "
                                + goal.maxDelay().toMillis() + " ms");
            }
        }

        private long retained() throws SQLException {
            return source.one(RETAINED, row -> row.getLong(1));
        }

        private static Duration since(long nanos) {
            return Duration.ofNanos(System.nanoTime() - nanos);
        }
    }
}
