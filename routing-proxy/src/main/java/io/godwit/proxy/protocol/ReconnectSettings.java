package io.godwit.proxy.protocol;

import java.time.Duration;

/**
 * @param holdLimit how long a session waits for a server that refuses it, fenced or restarting
 * @param firstRetry doubles with every refusal
 */
public record ReconnectSettings(Duration holdLimit, Duration firstRetry, Duration longestRetry) {
    public static ReconnectSettings withHoldLimit(Duration holdLimit) {
        return new ReconnectSettings(holdLimit, Duration.ofMillis(5), Duration.ofMillis(100));
    }
}
