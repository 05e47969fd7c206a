package io.godwit.proxy.protocol.postgresql;

import io.godwit.events.ProxyEvent.PinnedSession;
import java.util.concurrent.TimeUnit;

/**
 * Why a session can't leave its server.
 *
 * @param since as {@link System#nanoTime} tells it
 */
record PostgresPin(String reason, long since) {
    static PostgresPin now(String reason) {
        return new PostgresPin(reason, System.nanoTime());
    }

    /** @param exchange one that runs */
    static PostgresPin by(PostgresExchange exchange) {
        String reason = exchange.inTransaction() ? "transaction" : exchange.inCopy() ? "copy" : "query";
        return new PostgresPin(reason, exchange.startedAt());
    }

    PinnedSession of(PostgresCancelKeys.Key session) {
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since);
        return new PinnedSession(Integer.toString(session.processId()), reason, millis);
    }
}
