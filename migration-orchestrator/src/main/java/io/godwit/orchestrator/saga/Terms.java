package io.godwit.orchestrator.saga;

import io.godwit.events.ProxyCommand.OnDrainTimeout;
import java.time.Duration;

/**
 * What was agreed for one migration.
 *
 * @param maxPause how long one attempt may hold clients until the commit point
 * @param drainTimeout how long attempts are repeated before {@code onDrainTimeout} decides
 * @param fallback what happens where the database can't be moved by replication
 * @param maxRestorePause how long a move by backup and restore may hold clients until the commit point
 * @param rollbackWindow zero keeps no way back
 * @param maxLag under which the target counts as caught up
 * @param lagSamples how many samples in a row must be under it
 * @param syncAttempts how often the way to the cutover is tried
 */
public record Terms(
        Duration maxPause,
        Duration drainTimeout,
        OnDrainTimeout onDrainTimeout,
        FallbackPolicy fallback,
        Duration maxRestorePause,
        Duration rollbackWindow,
        Duration maxLag,
        int lagSamples,
        int syncAttempts) {

    /** Between two renewals more than one may get lost. */
    static final Duration RENEWED_LEASE = Duration.ofSeconds(15);

    /** Half of the pause is for the drain; fence, flush and commit need the rest. */
    Duration drain() {
        return maxPause.dividedBy(2);
    }

    /** A proxy that hears nothing opens again by itself a little after the attempt would have been given up. */
    Duration lease() {
        return maxPause.plusSeconds(1);
    }
}
