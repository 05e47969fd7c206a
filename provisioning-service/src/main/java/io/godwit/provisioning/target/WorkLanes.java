package io.godwit.provisioning.target;

import io.godwit.engines.DatabaseId;
import io.godwit.messaging.StopDelay;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Runs work on virtual threads: in order for each database, side by side for different ones. */
@Component
class WorkLanes {
    private final WorkRunner runner;
    private final StopDelay stopDelay;
    private final Map<DatabaseId, Lane> lanes = new HashMap<>();
    private volatile boolean closed;

    WorkLanes(WorkRunner runner, StopDelay stopDelay) {
        this.runner = runner;
        this.stopDelay = stopDelay;
    }

    synchronized void submit(Work work) {
        if (closed) {
            return;
        }
        Lane lane = lanes.computeIfAbsent(work.databaseId(), _ -> new Lane());
        lane.waiting.add(work);
        if (lane.thread == null) {
            startNext(work.databaseId(), lane);
        }
    }

    /** Interrupts everything; what is unfinished is done by the next life of the service. */
    synchronized void close() {
        closed = true;
        for (Lane lane : lanes.values()) {
            lane.waiting.clear();
            if (lane.thread != null) {
                lane.thread.interrupt();
            }
        }
    }

    private void startNext(DatabaseId database, Lane lane) {
        Work next = lane.waiting.poll();
        if (next == null) {
            lanes.remove(database);
            return;
        }
        lane.thread = Thread.ofVirtual().name("work-" + next.id()).start(() -> run(database, lane, next));
    }

    private void run(DatabaseId database, Lane lane, Work work) {
        String name = work.name() + " " + work.id();
        if (work.isAwaitedByApplications()) {
            stopDelay.begin(name);
        }
        try {
            runner.run(work, () -> closed);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            stopDelay.end(name);
            onEnded(database, lane);
        }
    }

    private synchronized void onEnded(DatabaseId database, Lane lane) {
        lane.thread = null;
        startNext(database, lane);
    }

    private static final class Lane {
        final Queue<Work> waiting = new ArrayDeque<>();

        @Nullable
        Thread thread;
    }
}
