package io.godwit.backup.work;

import io.godwit.messaging.AfterCommit;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Runs work on virtual threads, a bounded number at a time, of moves and of anything else apart; the rest waits as rows
 * of the database.
 */
@Component
public class WorkQueue implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(WorkQueue.class);

    private final WorkLock lock;
    private final Semaphore permits;
    private final Semaphore movePermits;
    private final Set<String> inFlight = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile boolean running;

    WorkQueue(WorkLock lock, WorkProperties properties) {
        this.lock = lock;
        this.permits = new Semaphore(properties.concurrency(), true);
        this.movePermits = new Semaphore(properties.moveConcurrency(), true);
    }

    /** Starts the piece when the surrounding transaction has committed. */
    public void startAfterCommit(Work work, String id) {
        AfterCommit.run(() -> start(work, id));
    }

    /** Whether the service stops; then what fails, fails because of that, and is begun again at the next start. */
    public boolean stopping() {
        return !running;
    }

    void start(Work work, String id) {
        String key = work.kind() + " " + id;
        if (running && inFlight.add(key)) {
            threads.execute(() -> runOne(work, id, key));
        }
    }

    private void runOne(Work work, String id, String key) {
        try {
            Semaphore slots = work.isOfMove(id) ? movePermits : permits;
            slots.acquire();
            try {
                lock.whileHolding(key, () -> work.perform(id));
            } finally {
                slots.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SQLException | RuntimeException e) {
            if (!stopping()) {
                LOG.atError()
                        .setMessage("Work could not be recorded; it is begun again later")
                        .addKeyValue("work", key)
                        .setCause(e)
                        .log();
            }
        } finally {
            inFlight.remove(key);
        }
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        threads.shutdownNow();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Starts before and stops after whatever accepts work. */
    @Override
    public int getPhase() {
        return 0;
    }
}
