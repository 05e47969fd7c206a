package io.godwit.backup.work;

import java.util.List;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Takes up what was accepted and is not finished: after a start, and whenever another process died with it. */
@Component
class UnfinishedWork {
    private final List<Work> kinds;
    private final WorkQueue queue;

    UnfinishedWork(List<Work> kinds, WorkQueue queue) {
        this.kinds = List.copyOf(kinds);
        this.queue = queue;
    }

    @Scheduled(initialDelayString = "PT0S", fixedDelayString = "${godwit.backup.rescan:PT15S}")
    void takeUp() {
        for (Work kind : kinds) {
            kind.unfinished().forEach(id -> queue.start(kind, id));
        }
    }
}
