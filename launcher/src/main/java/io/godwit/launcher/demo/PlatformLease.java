package io.godwit.launcher.demo;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The platform while a command needs it: started where it does not run, and stopped again if it was started for this. */
public final class PlatformLease implements AutoCloseable {
    private final DemoPlatform platform;
    private final DemoProgress progress;
    private final boolean stopAtTheEnd;
    private @Nullable Duration start;

    private PlatformLease(DemoPlatform platform, DemoProgress progress, boolean stopAtTheEnd) {
        this.platform = platform;
        this.progress = progress;
        this.stopAtTheEnd = stopAtTheEnd;
    }

    /** @param keep whether the platform goes on running even if it was started for this */
    public static PlatformLease take(DemoPlatform platform, boolean keep, DemoProgress progress) {
        boolean wasRunning = platform.isRunning();
        PlatformLease lease = new PlatformLease(platform, progress, !wasRunning && !keep);
        try {
            progress.step(wasRunning ? "The platform runs already" : "Starting the platform");
            Instant begin = Instant.now();
            platform.start(progress::step);
            lease.start = wasRunning ? null : Duration.between(begin, Instant.now());
            return lease;
        } catch (RuntimeException e) {
            lease.close();
            throw e;
        }
    }

    /** How long the platform took to start; null if it was running before. */
    @Nullable
    Duration start() {
        return start;
    }

    @Override
    public void close() {
        if (!stopAtTheEnd) {
            return;
        }
        // An interrupt that is still pending would cut the stopping short.
        boolean interrupted = Thread.interrupted();
        progress.step("Stopping the platform");
        platform.stop();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
