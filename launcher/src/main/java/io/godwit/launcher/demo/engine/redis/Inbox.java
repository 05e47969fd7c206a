package io.godwit.launcher.demo.engine.redis;

import io.godwit.launcher.demo.load.ExchangeFailed;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What a subscriber's connection has brought, from the driver's thread to the client's. */
final class Inbox {
    private static final Optional<String> END = Optional.empty();

    private final BlockingQueue<Optional<String>> messages = new LinkedBlockingQueue<>();

    void add(String message) {
        messages.add(Optional.of(message));
    }

    /** Nothing more will come: the connection is gone. */
    void end() {
        messages.add(END);
    }

    /** @return null if nothing came in time */
    @Nullable
    String next(Duration within) throws ExchangeFailed {
        try {
            Optional<String> next = messages.poll(within.toMillis(), TimeUnit.MILLISECONDS);
            if (next == null) {
                return null;
            }
            return next.orElseThrow(() -> new ExchangeFailed("the subscriber's connection is gone", true, null));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ExchangeFailed("interrupted", true, e);
        }
    }
}
