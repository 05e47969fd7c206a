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

    /** @throws ReplicationException {@code LAG_NOT_CONVERGING}, {@code WAL_BUDGET_EXCEEDED}, or what the probe finds */
    Lag await(ChangeStream stream, PostgresLagProbe.Factory probes, ConvergenceGoal goal, LagListener listener)
            throws SQLException, InterruptedException {
        try (PostgresSession source = sessions.open(stream.source());
                PostgresSession target = sessions.open(stream.target())) {
            return new Wait(probes.between(source, target), goal, listener).untilConverged();
        }
    }

    /** One wait, on one thread. */
    private final class Wait {
        private final PostgresLagProbe probe;
        private final ConvergenceGoal goal;
        private final LagListener listener;
        private final long deadline =
                System.nanoTime() + limits.convergeTimeout().toNanos();
        private long reportDue = System.nanoTime();

        Wait(PostgresLagProbe probe, ConvergenceGoal goal, LagListener listener) {
            this.probe = probe;
            this.goal = goal;
            this.listener = listener;
        }

        Lag untilConverged() throws SQLException, InterruptedException {
            int converged = 0;
            while (true) {
                long written = System.nanoTime();
                String position = probe.mark();
                while (!probe.hasArrived(position)) {
                    Thread.sleep(POLL);
                    report(since(written));
                }
                Duration delay = since(written);
                report(delay);
                converged = delay.compareTo(goal.maxDelay()) <= 0 ? converged + 1 : 0;
                if (converged >= goal.samples()) {
                    return new Lag(probe.unconfirmedBytes(), delay);
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
            listener.onLag(new Lag(probe.unconfirmedBytes(), delay));
            probe.check();
            long retained = probe.retainedBytes();
            if (retained > limits.logBudget().toBytes()) {
                throw new ReplicationException(
                        "WAL_BUDGET_EXCEEDED",
                        Failure.Kind.EXHAUSTED,
                        "the source keeps " + retained + " bytes of WAL for " + probe.purpose() + "; the budget is "
                                + limits.logBudget().toBytes());
            }
            if (System.nanoTime() > deadline) {
                throw new ReplicationException(
                        "LAG_NOT_CONVERGING",
                        Failure.Kind.EXHAUSTED,
                        "after " + limits.convergeTimeout() + " the " + probe.follower() + " is still "
                                + delay.toMillis()
                                + " ms behind; expected at most "
                                + goal.maxDelay().toMillis() + " ms");
            }
        }

        private static Duration since(long nanos) {
            return Duration.ofNanos(System.nanoTime() - nanos);
        }
    }
}
