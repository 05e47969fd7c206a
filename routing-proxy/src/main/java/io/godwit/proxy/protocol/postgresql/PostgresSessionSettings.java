package io.godwit.proxy.protocol.postgresql;

import java.time.Duration;

/**
 * @param holdLimit how long a session waits for a server that refuses it, fenced or restarting
 * @param firstRetry doubles with every refusal
 */
record PostgresSessionSettings(Duration holdLimit, Duration firstRetry, Duration longestRetry) {
    static PostgresSessionSettings withHoldLimit(Duration holdLimit) {
        return new PostgresSessionSettings(holdLimit, Duration.ofMillis(5), Duration.ofMillis(100));
    }
}
