package io.godwit.gateway.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the wrong tokens from each address, over windows of a minute. */
final class FailedLogins {
    static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int MAX_ADDRESSES = 100_000;

    private final int limit;
    private final Cache<String, AtomicInteger> failures = Caffeine.newBuilder()
            .expireAfterWrite(WINDOW)
            .maximumSize(MAX_ADDRESSES)
            .build();

    /** @param limit how many failures of an address a window allows */
    FailedLogins(int limit) {
        this.limit = limit;
    }

    void count(String address) {
        failures.get(address, first -> new AtomicInteger()).incrementAndGet();
    }

    boolean areTooMany(String address) {
        AtomicInteger counted = failures.getIfPresent(address);
        return counted != null && counted.get() >= limit;
    }
}
