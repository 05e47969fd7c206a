package io.godwit.proxy.protocol;

import java.time.Duration;

/**
 * @param holdLimit how long a session waits for a server that does not answer, or is restarting
 * @param fenceLimit how long it waits for one that answers and refuses the proxy's login, as a fenced one does, or
 *     while a move has not been heard to its end
 * @param firstRetry doubles with every refusal
 */
public record ReconnectSettings(Duration holdLimit, Duration fenceLimit, Duration firstRetry, Duration longestRetry) {
    public static ReconnectSettings withLimits(Duration holdLimit, Duration fenceLimit) {
        return new ReconnectSettings(holdLimit, fenceLimit, Duration.ofMillis(5), Duration.ofMillis(100));
    }
}
