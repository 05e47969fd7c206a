package io.godwit.orchestrator.migration;

import java.time.Duration;
import org.springframework.stereotype.Component;

/** Wakes those who watch migrations in this process when one has changed. */
@Component
public class Bell {
    private long rings;

    public synchronized long rings() {
        return rings;
    }

    synchronized void ring() {
        rings++;
        notifyAll();
    }

    /** Returns when it has rung since {@code seen} was read, or after {@code atMost}. */
    public synchronized void await(long seen, Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        while (rings == seen) {
            long millis = Duration.ofNanos(end - System.nanoTime()).toMillis();
            if (millis <= 0) {
                return;
            }
            wait(millis);
        }
    }
}
