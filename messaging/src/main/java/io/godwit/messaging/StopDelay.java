package io.godwit.messaging;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.core.Ordered;

/**
 * Delays the stop of a service while applications wait for something that it has begun: left undone, that would keep them
 * waiting until the service is back. It delays for a few seconds at most, as most pauses last; what has already taken
 * longer is not waited for. Thread-safe.
 */
public final class StopDelay implements ApplicationListener<ContextClosedEvent>, Ordered {
    private static final Logger LOG = LoggerFactory.getLogger(StopDelay.class);
    private static final Duration LONGEST = Duration.ofSeconds(5);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    /** What has begun, and when by {@link System#nanoTime}. */
    private final Map<String, Long> begun = new HashMap<>();

    private boolean stopping;

    /**
     * Applications wait from now on; has no effect if they do already.
     *
     * @param what unique within the service, and readable
     */
    public void begin(String what) {
        lock.lock();
        try {
            forgetTheOld();
            begun.putIfAbsent(what, System.nanoTime());
        } finally {
            lock.unlock();
        }
    }

    /** They wait no longer, or for somebody else; has no effect if they don't. */
    public void end(String what) {
        lock.lock();
        try {
            begun.remove(what);
            ended.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether the service was told to stop: what need not begin had better not. */
    public boolean isStopping() {
        lock.lock();
        try {
            return stopping;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onApplicationEvent(ContextClosedEvent closed) {
        lock.lock();
        try {
            stopping = true;
            forgetTheOld();
            if (!begun.isEmpty()) {
                LOG.atInfo()
                        .setMessage("Staying while applications wait")
                        .addKeyValue("for", begun.keySet())
                        .log();
            }
            long left = LONGEST.toNanos();
            while (!begun.isEmpty() && left > 0) {
                left = ended.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** Before anything else is stopped. */
    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    private void forgetTheOld() {
        long now = System.nanoTime();
        begun.values().removeIf(since -> now - since > LONGEST.toNanos());
    }
}
