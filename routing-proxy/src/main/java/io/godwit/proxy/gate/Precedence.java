package io.godwit.proxy.gate;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Which sessions of one database go first when its gates open: those whose locks and listens the others can feel. The
 * event loops of a gate share it; safe for use by all of them.
 */
final class Precedence {
    private final List<Waiting> waiting = new ArrayList<>();
    private int claims;

    private record Waiting(Executor loop, Runnable task) {}

    synchronized void claim() {
        claims++;
    }

    void release() {
        List<Waiting> next = List.of();
        synchronized (this) {
            claims--;
            if (claims == 0) {
                next = List.copyOf(waiting);
                waiting.clear();
            }
        }
        next.forEach(one -> one.loop().execute(one.task()));
    }

    /** Runs the task when nobody goes first: at once, or later on that loop. On that loop. */
    void whenNobodyGoesFirst(Executor loop, Runnable task) {
        synchronized (this) {
            if (claims > 0) {
                waiting.add(new Waiting(loop, task));
                return;
            }
        }
        task.run();
    }
}
