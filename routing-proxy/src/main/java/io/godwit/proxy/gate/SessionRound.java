package io.godwit.proxy.gate;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Queue;
import java.util.function.BiConsumer;

/** Does something with the sessions of one event loop, a few at a time, so that a server is not flooded. On that loop. */
final class SessionRound {
    private static final int AT_ONCE = 8;

    private final Queue<GatedSession> left;
    private final BiConsumer<GatedSession, Runnable> task;
    private final Runnable done;
    private int running;
    private boolean starting;

    /** @param task given a session and what is to run once when the task is over, at once or later */
    SessionRound(Collection<GatedSession> sessions, BiConsumer<GatedSession, Runnable> task, Runnable done) {
        this.left = new ArrayDeque<>(sessions);
        this.task = task;
        this.done = done;
    }

    void start() {
        if (starting) {
            // The task was over at once; the loop below goes on with the next.
            return;
        }
        starting = true;
        while (running < AT_ONCE && !left.isEmpty()) {
            running++;
            task.accept(left.remove(), this::onOver);
        }
        starting = false;
        if (running == 0) {
            done.run();
        }
    }

    private void onOver() {
        running--;
        start();
    }
}
