package io.godwit.proxy.gate;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The gates' thread in a running proxy. */
public final class ScheduledGateTimer implements GateTimer, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ScheduledGateTimer.class);

    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("gates").daemon().factory());

    public ScheduledGateTimer() {
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public void execute(Runnable task) {
        executor.execute(guarded(task));
    }

    @Override
    public void schedule(Duration delay, Runnable task) {
        var _ = executor.schedule(guarded(task), delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                // One gate's failure must not stop the thread that all others need.
                LOG.atError().setMessage("A gate's task failed").setCause(e).log();
            }
        };
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
