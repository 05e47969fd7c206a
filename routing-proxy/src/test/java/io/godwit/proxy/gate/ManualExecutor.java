package io.godwit.proxy.gate;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;

/** A thread's queue that a test empties by hand, task by task, with a clock that a test moves. */
final class ManualExecutor implements GateTimer {
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final Queue<Timed> timed =
            new PriorityQueue<>(Comparator.comparing(Timed::at).thenComparingLong(Timed::order));
    private Duration now = Duration.ZERO;
    private long order;

    private record Timed(Duration at, long order, Runnable task) {}

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public void schedule(Duration delay, Runnable task) {
        timed.add(new Timed(now.plus(delay), order++, task));
    }

    boolean runOne() {
        Runnable task = tasks.poll();
        if (task != null) {
            task.run();
        }
        return task != null;
    }

    void advance(Duration time) {
        now = now.plus(time);
        while (!timed.isEmpty() && timed.element().at().compareTo(now) <= 0) {
            tasks.add(timed.remove().task());
        }
    }
}
