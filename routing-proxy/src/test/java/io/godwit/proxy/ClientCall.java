package io.godwit.proxy;

import io.godwit.testing.Eventually;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** What a client does on a thread of its own, because it may be held. */
final class ClientCall<T> {
    private static final Duration LONG_ENOUGH = Duration.ofMillis(300);
    private static final Duration ANSWER_LIMIT = Duration.ofMinutes(2);

    private final CompletableFuture<T> result = new CompletableFuture<>();

    private ClientCall() {}

    static <T> ClientCall<T> start(Callable<T> work) {
        ClientCall<T> call = new ClientCall<>();
        Thread.ofVirtual().start(() -> {
            try {
                call.result.complete(work.call());
            } catch (Exception | AssertionError e) {
                call.result.completeExceptionally(e);
            }
        });
        return call;
    }

    void assertHeld() throws Exception {
        Eventually.stays("the client's call is held", LONG_ENOUGH, () -> {
            if (result.isDone()) {
                throw new AssertionError("the client's call was not held, it has ended with " + result);
            }
            return true;
        });
    }

    boolean isDone() {
        return result.isDone();
    }

    /** @throws java.util.concurrent.ExecutionException with what the client was told */
    T get() throws Exception {
        return result.get(ANSWER_LIMIT.toSeconds(), TimeUnit.SECONDS);
    }
}
