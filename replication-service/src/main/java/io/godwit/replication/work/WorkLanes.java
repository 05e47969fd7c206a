package io.godwit.replication.work;

import io.godwit.engines.DatabaseId;
import io.godwit.messaging.StopDelay;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Runs work on virtual threads: one piece at a time and in order for each database, side by side for different ones. New
 * work interrupts work of the same migration that it supersedes.
 */
@Component
class WorkLanes {
    private final WorkRunner runner;
    private final StopDelay stopDelay;
    private final Map<DatabaseId, Lane> lanes = new HashMap<>();
    private boolean closed;

    WorkLanes(WorkRunner runner, StopDelay stopDelay) {
        this.runner = runner;
        this.stopDelay = stopDelay;
    }

    synchronized void submit(Work work) {
        if (closed) {
            return;
        }
        Lane lane = lanes.computeIfAbsent(work.databaseId(), _ -> new Lane());
        lane.waiting.removeIf(waiting -> isSuperseded(waiting, work));
        lane.waiting.add(work);
        Running running = lane.running;
        if (running == null) {
            startNext(work.databaseId(), lane);
        } else if (isSuperseded(running.work, work)) {
            running.thread.interrupt();
        }
    }

    /** As the table sees it, too. */
    private static boolean isSuperseded(Work earlier, Work later) {
        return earlier.migrationId().equals(later.migrationId()) && !Work.isUndo(earlier.command());
    }

    /** Interrupts everything; what is unfinished is resumed by the next life of the service. */
    synchronized void close() {
        closed = true;
        for (Lane lane : lanes.values()) {
            lane.waiting.clear();
            if (lane.running != null) {
                lane.running.thread.interrupt();
            }
        }
    }

    private void startNext(DatabaseId databaseId, Lane lane) {
        Work next = lane.waiting.poll();
        if (next == null) {
            lanes.remove(databaseId);
            return;
        }
        Thread thread = Thread.ofVirtual().name("work-" + next.id()).unstarted(() -> {
            try {
                runner.run(next);
            } finally {
                stopDelay.end(next.name());
                onEnded(databaseId, lane);
            }
        });
        if (next.isAwaitedByApplications()) {
            stopDelay.begin(next.name());
        }
        lane.running = new Running(next, thread);
        thread.start();
    }

    private synchronized void onEnded(DatabaseId databaseId, Lane lane) {
        lane.running = null;
        startNext(databaseId, lane);
    }

    private static final class Lane {
        final Deque<Work> waiting = new ArrayDeque<>();

        @Nullable
        Running running;
    }

    private record Running(Work work, Thread thread) {}
}
