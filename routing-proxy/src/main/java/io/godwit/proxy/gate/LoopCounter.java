package io.godwit.proxy.gate;

import java.util.concurrent.atomic.AtomicLong;

/** Counted by one thread without a locked instruction, read by any. */
final class LoopCounter {
    private final AtomicLong value = new AtomicLong();

    void add(long amount) {
        value.setOpaque(value.getPlain() + amount);
    }

    long get() {
        return value.getOpaque();
    }
}
