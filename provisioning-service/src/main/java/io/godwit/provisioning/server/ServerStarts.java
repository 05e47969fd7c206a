package io.godwit.provisioning.server;

import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Runs the starts of servers, each on a thread of its own, so that whoever watches servers waits for none. */
@Component
class ServerStarts {
    private static final Logger LOG = LoggerFactory.getLogger(ServerStarts.class);
    /** When the machine comes back all servers are to be started, and they slow each other down. */
    private static final int AT_ONCE = 16;
    /** A start may copy a whole server first, for hours; after this wait the others go on beside it. */
    private static final Duration TURN_WAIT = Duration.ofSeconds(10);

    private static final Duration END_WAIT = Duration.ofSeconds(5);

    private final Semaphore turns;
    private final Duration turnWait;
    private final Duration endWait;
    private final Map<String, Thread> running = new HashMap<>();
    private volatile boolean ended;

    ServerStarts() {
        this(AT_ONCE, TURN_WAIT, END_WAIT);
    }

    /**
     * @param atOnce how many starts run side by side, unless one has waited for its turn for {@code turnWait}
     * @param endWait how long {@link #end} waits
     */
    ServerStarts(int atOnce, Duration turnWait, Duration endWait) {
        this.turns = new Semaphore(atOnce, true);
        this.turnWait = turnWait;
        this.endWait = endWait;
    }

    /** Returns at once. Does nothing while an earlier start of that name runs or waits for its turn, or after the end. */
    synchronized void begin(String name, Runnable start) {
        if (!ended && !running.containsKey(name)) {
            // It removes itself under the same monitor, thus only after it was noted here.
            running.put(name, Thread.ofVirtual().name("start-" + name).start(() -> run(name, start)));
        }
    }

    /**
     * Waits for the starts that were begun before, whether they succeed or not.
     *
     * @return false if one of them still runs after {@code wait}
     */
    boolean await(Duration wait) throws InterruptedException {
        return awaitEnd(begun(), wait);
    }

    /** Begins no more starts, interrupts those that run, and waits some seconds for them. */
    @PreDestroy
    void end() {
        List<Thread> last = refuseFurther();
        last.forEach(Thread::interrupt);
        try {
            if (!awaitEnd(last, endWait)) {
                LOG.atWarn()
                        .setMessage("A server is still being started while the service ends")
                        .addKeyValue(
                                "threads",
                                last.stream()
                                        .filter(Thread::isAlive)
                                        .map(Thread::getName)
                                        .toList())
                        .log();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(String name, Runnable start) {
        boolean turn = false;
        try {
            turn = turns.tryAcquire(turnWait.toMillis(), TimeUnit.MILLISECONDS);
            // The end may have made room before it came to this one.
            if (!ended) {
                start.run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (turn) {
                turns.release();
            }
            onEnded(name);
        }
    }

    private synchronized void onEnded(String name) {
        running.remove(name);
    }

    private synchronized List<Thread> begun() {
        return List.copyOf(running.values());
    }

    private synchronized List<Thread> refuseFurther() {
        ended = true;
        return begun();
    }

    private static boolean awaitEnd(List<Thread> threads, Duration wait) throws InterruptedException {
        long deadline = System.nanoTime() + wait.toNanos();
        for (Thread thread : threads) {
            if (!thread.join(Duration.ofNanos(deadline - System.nanoTime()))) {
                return false;
            }
        }
        return true;
    }
}
