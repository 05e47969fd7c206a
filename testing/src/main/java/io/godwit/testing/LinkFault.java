package io.godwit.testing;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** What is wrong with a link at the moment; each piece of data passes through it. */
final class LinkFault {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean stalled;
    private Duration delay = Duration.ZERO;

    void clear() {
        set(false, Duration.ZERO);
    }

    void stall() {
        set(true, Duration.ZERO);
    }

    void delay(Duration each) {
        set(false, each);
    }

    /** Returns when the data may go on. */
    void suffer() throws InterruptedException {
        lock.lock();
        try {
            long remaining = delay.toNanos();
            // A change of the fault ends the delay too: the data then suffers the new one.
            while (stalled || (remaining > 0 && delay.isPositive())) {
                if (stalled) {
                    changed.await();
                    remaining = delay.toNanos();
                } else {
                    remaining = changed.awaitNanos(remaining);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void set(boolean stall, Duration each) {
        lock.lock();
        try {
            stalled = stall;
            delay = each;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
