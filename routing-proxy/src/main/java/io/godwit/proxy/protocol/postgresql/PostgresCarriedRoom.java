package io.godwit.proxy.protocol.postgresql;

import java.util.concurrent.atomic.AtomicLong;

/** The memory that a proxy has for the content of temporary tables on their way. Safe for use by all event loops. */
final class PostgresCarriedRoom {
    private static final int PART_OF_MEMORY = 8;

    private final AtomicLong left;

    PostgresCarriedRoom(long bytes) {
        this.left = new AtomicLong(bytes);
    }

    static PostgresCarriedRoom ofThisProcess() {
        return new PostgresCarriedRoom(Runtime.getRuntime().maxMemory() / PART_OF_MEMORY);
    }

    long left() {
        return left.get();
    }

    /** @return whether there was room; then it is to be given back */
    boolean take(long bytes) {
        if (left.addAndGet(-bytes) >= 0) {
            return true;
        }
        left.addAndGet(bytes);
        return false;
    }

    void giveBack(long bytes) {
        left.addAndGet(bytes);
    }
}
