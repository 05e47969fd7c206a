package io.godwit.provisioning.target;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * The moves whose commit was rehearsed and is to come. Applications are held from the answer to the rehearsal to the
 * commit, which nobody else can do: a service that is told to stop in between stays for it, and rehearses no more.
 */
@Component
class CommitPromises {
    private static final Logger LOG = LoggerFactory.getLogger(CommitPromises.class);

    /** A pause is shorter, unless its move was allowed a longer one or goes by backup and restore. */
    private static final Duration LONGEST = Duration.ofSeconds(5);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition settled = lock.newCondition();
    /** When each was made, by the migration's id, in {@link System#nanoTime}. */
    private final Map<String, Long> open = new HashMap<>();

    private boolean closing;

    /** @return whether it may be made; if not, the service is stopping, and is to be asked again when it is back */
    boolean make(String migrationId) {
        lock.lock();
        try {
            forgetTheOld();
            if (!closing) {
                open.put(migrationId, System.nanoTime());
            }
            return !closing;
        } finally {
            lock.unlock();
        }
    }

    /** It was kept, or is void. */
    void settle(String migrationId) {
        lock.lock();
        try {
            open.remove(migrationId);
            settled.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Comes before anything of the service is stopped. */
    @EventListener(ContextClosedEvent.class)
    void awaitAll() throws InterruptedException {
        lock.lock();
        try {
            closing = true;
            forgetTheOld();
            if (!open.isEmpty()) {
                LOG.atInfo()
                        .setMessage("Staying for the commits that were promised")
                        .addKeyValue("migrations", open.keySet())
                        .log();
            }
            long left = LONGEST.toNanos();
            while (!open.isEmpty() && left > 0) {
                left = settled.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private void forgetTheOld() {
        long now = System.nanoTime();
        open.values().removeIf(made -> now - made > LONGEST.toNanos());
    }
}
