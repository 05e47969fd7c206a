package io.godwit.provisioning.target;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Takes up what the service's last life left undone, and lets go of everything when the service stops. */
@Component
class WorkResumption implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(WorkResumption.class);
    /** Before the listeners, so that older work is queued ahead of newer. */
    private static final int PHASE = 200;

    private final WorkTable table;
    private final WorkLanes lanes;
    private volatile boolean running;

    WorkResumption(WorkTable table, WorkLanes lanes) {
        this.table = table;
        this.lanes = lanes;
    }

    @Override
    public void start() {
        running = true;
        for (Work work : table.all()) {
            LOG.atInfo()
                    .setMessage("Resuming work")
                    .addKeyValue("command", work.name())
                    .addKeyValue("migration", work.command().step().migrationId())
                    .log();
            lanes.submit(work);
        }
    }

    @Override
    public void stop() {
        running = false;
        lanes.close();
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
