package io.godwit.replication.engine.redis;

import io.godwit.events.Failure;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.ConvergenceGoal;
import io.godwit.replication.engine.Lag;
import io.godwit.replication.engine.LagListener;
import io.godwit.replication.engine.MoveLimits;
import io.godwit.replication.engine.ReplicationException;
import java.time.Duration;

/** Measures how long the target takes to reach where the source stands now, until that has been short for a while. */
final class RedisLag {
    private static final Duration REPORT = Duration.ofSeconds(1);
    private static final Duration POLL = Duration.ofMillis(2);

    private final RedisSessions sessions;
    private final MoveLimits limits;

    RedisLag(RedisSessions sessions, MoveLimits limits) {
        this.sessions = sessions;
        this.limits = limits;
    }

    Lag await(ChangeStream stream, ConvergenceGoal goal, LagListener listener) throws InterruptedException {
        try (RedisSession source = sessions.open(stream.source());
                RedisSession target = sessions.open(stream.target())) {
            return new Wait(stream, source, target, goal, listener).untilConverged();
        }
    }

    /** One wait, on one thread. */
    private final class Wait {
        private final ChangeStream stream;
        private final RedisSession source;
        private final RedisSession target;
        private final ConvergenceGoal goal;
        private final LagListener listener;
        private final RedisSyncWatch sync;
        private final long deadline =
                System.nanoTime() + limits.convergeTimeout().toNanos();
        private long reportDue = System.nanoTime();

        Wait(
                ChangeStream stream,
                RedisSession source,
                RedisSession target,
                ConvergenceGoal goal,
                LagListener listener) {
            this.stream = stream;
            this.source = source;
            this.target = target;
            this.goal = goal;
            this.listener = listener;
            this.sync = new RedisSyncWatch(stream, source, target, limits);
        }

        Lag untilConverged() throws InterruptedException {
            int converged = 0;
            while (true) {
                long sampled = System.nanoTime();
                RedisPosition position = source.state().position();
                RedisState state = target.state();
                while (!hasArrived(state, position)) {
                    Thread.sleep(POLL);
                    report(since(sampled), state);
                    // A server that was restarted in between begins another stream.
                    RedisPosition now = source.state().position();
                    position = now.stream().equals(position.stream()) ? position : now;
                    state = target.state();
                }
                Duration delay = since(sampled);
                report(delay, state);
                converged = delay.compareTo(goal.maxDelay()) <= 0 ? converged + 1 : 0;
                if (converged >= goal.samples() && RedisDurability.isReached(target)) {
                    return new Lag(missingBytes(state), delay);
                }
                Duration pause = limits.heartbeat().minus(delay);
                if (pause.isPositive()) {
                    Thread.sleep(pause);
                }
            }
        }

        private boolean hasArrived(RedisState state, RedisPosition position) {
            if (!state.follows(stream.source())) {
                throw RedisLink.missing(stream, Failure.Kind.TRANSIENT);
            }
            return state.linkUp() && state.hasReached(position);
        }

        private void report(Duration delay, RedisState state) throws InterruptedException {
            if (System.nanoTime() < reportDue) {
                return;
            }
            reportDue = System.nanoTime() + REPORT.toNanos();
            listener.onLag(new Lag(missingBytes(state), delay));
            sync.check();
            if (System.nanoTime() > deadline) {
                throw new ReplicationException(
                        "LAG_NOT_CONVERGING",
                        Failure.Kind.EXHAUSTED,
                        "after " + limits.convergeTimeout() + " the target is still " + delay.toMillis()
                                + " ms behind; expected at most "
                                + goal.maxDelay().toMillis() + " ms, and all of it on the target's disk");
            }
        }

        private long missingBytes(RedisState state) {
            RedisPosition end = source.state().position();
            return end.stream().equals(state.position().stream())
                    ? Math.max(0, end.offset() - state.position().offset())
                    : end.offset();
        }

        private static Duration since(long nanos) {
            return Duration.ofNanos(System.nanoTime() - nanos);
        }
    }
}
