package io.godwit.replication.work;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Takes up what the service's last life left unfinished, and lets go of everything when the service stops. */
@Component
class WorkResumption implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(WorkResumption.class);

    private final WorkTable table;
    private final WorkLanes lanes;
    private final CommandExecution execution;
    private boolean running;

    WorkResumption(WorkTable table, WorkLanes lanes, CommandExecution execution) {
        this.table = table;
        this.lanes = lanes;
        this.execution = execution;
    }

    @Override
    public synchronized void start() {
        running = true;
        // First of all: work that is taken up may end it.
        table.reversed().forEach(execution::lookAfter);
        for (Work work : table.unfinished()) {
            LOG.atInfo()
                    .setMessage("Resuming work")
                    .addKeyValue("type", work.command().getClass().getSimpleName())
                    .addKeyValue("migration", work.migrationId())
                    .log();
            lanes.submit(work);
        }
    }

    @Override
    public synchronized void stop() {
        running = false;
        lanes.close();
    }

    @Override
    public synchronized boolean isRunning() {
        return running;
    }

    /** Before the listeners, so that older work is queued ahead of newer. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE - 10_000;
    }
}
