package io.godwit.proxy.protocol;

import java.time.Duration;
import java.util.Optional;

/** When one session tries again to come to a server, and when it gives up. Confined to the session's event loop. */
public final class ReconnectPace {
    private final ReconnectSettings settings;
    private final long begun = System.nanoTime();
    private Duration retry;

    /** The session begins to wait. */
    public ReconnectPace(ReconnectSettings settings) {
        this.settings = settings;
        this.retry = settings.firstRetry();
    }

    /**
     * The server has refused, once more.
     *
     * @param closed whether the server is closed or away for a move, as far as is known
     * @return how long to wait before the next attempt; empty if it would come too late
     */
    public Optional<Duration> next(boolean closed) {
        Duration pause = retry;
        Duration limit = closed ? settings.fenceLimit() : settings.holdLimit();
        if (System.nanoTime() - begun + pause.toNanos() > limit.toNanos()) {
            return Optional.empty();
        }
        Duration doubled = pause.multipliedBy(2);
        retry = doubled.compareTo(settings.longestRetry()) < 0 ? doubled : settings.longestRetry();
        return Optional.of(pause);
    }
}
