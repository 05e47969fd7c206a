package io.godwit.backup.work;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A pause before something is tried again, for a time of chance: whatever comes at a pace of its own would meet each
 * attempt at the same point.
 *
 * @param shortest how long it lasts at least
 * @param longest before this it ends
 */
public record RandomPause(Duration shortest, Duration longest) {

    public void take() throws InterruptedException {
        Thread.sleep(ThreadLocalRandom.current().nextLong(shortest.toMillis(), longest.toMillis()));
    }
}
