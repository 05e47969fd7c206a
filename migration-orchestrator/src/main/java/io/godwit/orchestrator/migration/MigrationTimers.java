package io.godwit.orchestrator.migration;

import io.godwit.orchestrator.proxies.LiveProxies;
import io.godwit.orchestrator.saga.Input;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Sees to what happens without a message: deadlines, proxies that fell silent, and what a restart left open. */
@Component
class MigrationTimers {
    private static final Logger LOG = LoggerFactory.getLogger(MigrationTimers.class);
    private static final Duration PACE = Duration.ofSeconds(1);
    private static final int BATCH = 50;

    private final MigrationTable table;
    private final MigrationRunner runner;
    private final LiveProxies proxies;
    private final NearTimers timers;

    MigrationTimers(MigrationTable table, MigrationRunner runner, LiveProxies proxies, NearTimers timers) {
        this.table = table;
        this.runner = runner;
        this.proxies = proxies;
        this.timers = timers;
    }

    @EventListener(ApplicationReadyEvent.class)
    void start() {
        timers.start(id -> Thread.ofVirtual().name("migration-due-" + id).start(() -> timeOut(id)));
        guarded("resuming", this::resume);
        timers.every(PACE, () -> guarded("polling", this::poll));
    }

    @EventListener(ContextClosedEvent.class)
    void stop() {
        timers.stop();
    }

    private void poll() {
        List<String> due = table.due(runner.now(), BATCH);
        due.forEach(this::timeOut);
        for (String gone : proxies.removeGone()) {
            LOG.atWarn()
                    .setMessage("A proxy fell silent and is no longer waited for")
                    .addKeyValue("proxy", gone)
                    .log();
            runner.proxyGone(gone);
        }
    }

    private void resume() {
        for (String id : table.active()) {
            guarded(id, () -> runner.handle(id, new Input.Resumed()));
        }
    }

    private void timeOut(String id) {
        guarded(id, () -> runner.timeOut(id));
    }

    /** One migration's trouble must not keep the others from their deadlines; the next poll tries again. */
    private static void guarded(String what, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            LOG.atError()
                    .setMessage("A timer could not be handled and is tried again")
                    .addKeyValue("what", what)
                    .setCause(e)
                    .log();
        }
    }
}
