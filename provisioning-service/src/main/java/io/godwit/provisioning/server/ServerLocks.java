package io.godwit.provisioning.server;

import io.godwit.provisioning.engine.ProvisioningException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.stereotype.Component;

/** Lets one thread at a time make, start or remove a server's process. */
@Component
class ServerLocks {
    private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();

    /** @throws ProvisioningException {@code SERVER_BUSY} if the lock is not free in time */
    void holding(String serverId, Duration wait, Runnable work) {
        ReentrantLock lock = locks.computeIfAbsent(serverId, _ -> new ReentrantLock());
        if (!acquire(lock, wait)) {
            throw ProvisioningException.unavailable(
                    "SERVER_BUSY",
                    "Server '" + serverId + "' is still being made, started or removed after " + wait.toSeconds()
                            + " s",
                    null);
        }
        try {
            work.run();
        } finally {
            lock.unlock();
        }
    }

    private static boolean acquire(ReentrantLock lock, Duration wait) {
        try {
            return lock.tryLock(wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
