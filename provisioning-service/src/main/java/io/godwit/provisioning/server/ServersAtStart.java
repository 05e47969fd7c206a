package io.godwit.provisioning.server;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Brings back the servers that went down with the machine before the service says that it is ready. */
@Component
class ServersAtStart implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(ServersAtStart.class);
    /** A server that takes longer does not keep the others' service from starting. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    /** Before requests are taken. */
    private static final int PHASE = 100;

    private final ServerHealth health;
    private final ServerStarts starts;
    private volatile boolean running;

    ServersAtStart(ServerHealth health, ServerStarts starts) {
        this.health = health;
        this.starts = starts;
    }

    @Override
    public void start() {
        running = true;
        Thread round = Thread.ofVirtual().name("servers-at-start").start(this::bringBack);
        try {
            if (!round.join(PATIENCE)) {
                LOG.atWarn().setMessage("Not every server answers yet").log();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void bringBack() {
        try {
            health.checkAll();
            // Nobody waits for this thread any longer than that.
            boolean _ = starts.await(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
