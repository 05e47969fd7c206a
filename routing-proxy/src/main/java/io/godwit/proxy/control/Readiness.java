package io.godwit.proxy.control;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What must be there before the proxy takes clients: all routes, so that nobody is refused by mistake, and the
 * commands, so that no client runs through a gate that ought to be shut. Safe for use by several threads.
 */
public final class Readiness {
    private final AtomicInteger missing;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();

    /** @param conditions how many there are */
    Readiness(int conditions) {
        missing = new AtomicInteger(conditions);
    }

    /** One condition is met; to be called once for each. */
    public void conditionMet() {
        if (missing.decrementAndGet() == 0) {
            ready.complete(null);
        }
    }

    /** Runs the task on a thread of its own as soon as all conditions are met. */
    public void whenReady(Runnable task) {
        var _ = ready.thenRun(() -> Thread.ofVirtual().name("serve").start(task));
    }
}
