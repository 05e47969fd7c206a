package io.godwit.launcher.platform;

import java.time.Duration;
import java.util.List;

/**
 * What a start has done.
 *
 * @param started names of the processes that did not run before
 */
public record PlatformStart(List<String> started, Duration duration) {
    public boolean wasRunning() {
        return started.isEmpty();
    }
}
