package io.godwit.orchestrator.migration;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.springframework.stereotype.Component;

/**
 * Wakes migrations at their deadline where that is near, so that no poll interval lies in a pause. Every deadline is in
 * its row as well, where the poller of {@link MigrationTimers} finds it.
 */
@Component
class NearTimers {
    private static final Duration NEAR = Duration.ofSeconds(10);

    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("migration-timer").factory());
    private volatile Consumer<String> wake = _ -> {};

    NearTimers() {
        // While the service stops, deadlines are left to its next life.
        executor.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    }

    void start(Consumer<String> onDue) {
        wake = onDue;
    }

    void schedule(String migrationId, Instant now, Instant due) {
        Duration wait = Duration.between(now, due);
        if (wait.compareTo(NEAR) <= 0) {
            var _ = executor.schedule(
                    () -> wake.accept(migrationId), Math.max(0, wait.toMillis()) + 1, TimeUnit.MILLISECONDS);
        }
    }

    /** Runs {@code work} again and again, one run at a time. */
    void every(Duration pace, Runnable work) {
        var _ = executor.scheduleWithFixedDelay(work, 0, pace.toMillis(), TimeUnit.MILLISECONDS);
    }

    void stop() {
        wake = _ -> {};
        executor.shutdownNow();
    }
}
