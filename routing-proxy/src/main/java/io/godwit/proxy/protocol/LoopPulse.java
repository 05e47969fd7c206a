package io.godwit.proxy.protocol;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.FastThreadLocal;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether an event loop has just stood still, as it does while its process or its machine is stopped. What has come
 * meanwhile lies in its sockets, and what clients have sent may be read before the server's news that it has ended their
 * connections, although that is older. Confined to the event loop.
 */
public final class LoopPulse {
    private static final Duration BEAT = Duration.ofMillis(250);

    /** Shorter than any time for which a proxy may be away without being missed. */
    private static final long STOOD_STILL_NANOS = Duration.ofSeconds(1).toNanos();

    /** Until then the loop has read all sockets in which something lay. */
    private static final Duration CAUGHT_UP = Duration.ofMillis(20);

    private static final FastThreadLocal<@Nullable LoopPulse> OF_THIS_LOOP = new FastThreadLocal<>();

    private final EventLoop loop;
    private long lastBeat = System.nanoTime();

    private LoopPulse(EventLoop loop) {
        this.loop = loop;
        var _ = loop.scheduleWithFixedDelay(this::beat, BEAT.toMillis(), BEAT.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** @param loop that the caller is in */
    public static LoopPulse of(EventLoop loop) {
        LoopPulse known = OF_THIS_LOOP.get();
        if (known != null) {
            return known;
        }
        LoopPulse pulse = new LoopPulse(loop);
        OF_THIS_LOOP.set(pulse);
        return pulse;
    }

    private void beat() {
        long now = System.nanoTime();
        if (stoodStill(now)) {
            onceCaughtUp(() -> lastBeat = System.nanoTime());
        } else {
            lastBeat = now;
        }
    }

    /** @param now as {@link System#nanoTime} tells it */
    public boolean stoodStill(long now) {
        return now - lastBeat > STOOD_STILL_NANOS;
    }

    /** Runs the task when the loop knows what has happened while it stood still. */
    public void onceCaughtUp(Runnable task) {
        var _ = loop.schedule(task, CAUGHT_UP.toMillis(), TimeUnit.MILLISECONDS);
    }
}
