package io.godwit.proxy.protocol.redis;

import io.godwit.events.ProxyEvent.PinnedSession;
import java.util.concurrent.TimeUnit;

/**
 * Why a session can't leave its server.
 *
 * @param since as {@link System#nanoTime} tells it
 * @param clientId the server's name for the session's connection
 */
record RedisPin(String reason, long since, long clientId) {
    static RedisPin now(String reason, long clientId) {
        return new RedisPin(reason, System.nanoTime(), clientId);
    }

    PinnedSession toEvent() {
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since);
        return new PinnedSession(Long.toString(clientId), reason, millis);
    }
}
