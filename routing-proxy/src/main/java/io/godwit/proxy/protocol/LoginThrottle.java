package io.godwit.proxy.protocol;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Delays the answer to a failed login, longer with every failure from the same address. Successful logins are never
 * delayed, so a client with a wrong password does not slow its neighbours down. Safe for use by all event loops.
 */
public final class LoginThrottle {
    private static final int CAPACITY = 10_000;
    private static final int FREE_FAILURES = 2;
    private static final int MAX_DOUBLINGS = 4;
    private static final Duration FIRST_DELAY = Duration.ofMillis(250);
    private static final Duration FORGIVEN_AFTER = Duration.ofMinutes(1);

    private final InstantSource clock;
    private final Map<String, Failures> byAddress = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
            return size() > CAPACITY;
        }
    };

    private record Failures(int count, Instant last) {}

    public LoginThrottle(InstantSource clock) {
        this.clock = clock;
    }

    /** @return how long the refusal is to wait */
    public synchronized Duration onFailure(String address) {
        Instant now = clock.instant();
        Failures before = byAddress.remove(address);
        int count = before == null || before.last().plus(FORGIVEN_AFTER).isBefore(now) ? 1 : before.count() + 1;
        byAddress.put(address, new Failures(count, now));
        if (count <= FREE_FAILURES) {
            return Duration.ZERO;
        }
        return FIRST_DELAY.multipliedBy(1L << Math.min(count - FREE_FAILURES - 1, MAX_DOUBLINGS));
    }

    public synchronized void onSuccess(String address) {
        byAddress.remove(address);
    }
}
