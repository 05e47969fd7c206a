package io.godwit.messaging;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Forgets handled messages that the broker can't deliver again any more. */
final class InboxPruner implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(InboxPruner.class);
    private static final Duration INTERVAL = Duration.ofHours(1);

    private final InboxTable table;
    private final Duration retention;
    private volatile boolean running;
    private Thread thread = new Thread();

    InboxPruner(InboxTable table, Duration retention) {
        this.table = table;
        this.retention = retention;
    }

    private void run() {
        try {
            while (running) {
                // The first time is after the interval too: starting is busy enough.
                Thread.sleep(INTERVAL);
                prune();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void prune() {
        try {
            int pruned = table.deleteOlderThan(retention);
            LOG.atDebug()
                    .setMessage("Pruned the inbox")
                    .addKeyValue("messages", pruned)
                    .log();
        } catch (RuntimeException e) {
            LOG.atWarn()
                    .setMessage("The inbox could not be pruned")
                    .addKeyValue("reason", e.getMessage())
                    .log();
        }
    }

    @Override
    public void start() {
        running = true;
        thread = Thread.ofVirtual().name("inbox-pruner").start(this::run);
    }

    @Override
    public void stop() {
        running = false;
        thread.interrupt();
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
