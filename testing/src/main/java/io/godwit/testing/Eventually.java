package io.godwit.testing;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Waits for something to become true, with a deadline. */
public final class Eventually {
    private static final Duration POLL = Duration.ofMillis(20);

    private Eventually() {}

    /** What is asserted; throws as long as it does not hold. */
    @FunctionalInterface
    public interface Assertion {
        void check() throws Exception;
    }

    /**
     * Checks the assertion again and again until it holds.
     *
     * @throws AssertionError with the last failure as its cause, if it does not hold within {@code timeout}
     */
    @SuppressWarnings("BusyWait") // the pace of the polling
    public static void assertThat(String what, Duration timeout, Assertion assertion) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            Throwable failure = failureOf(assertion);
            if (failure == null) {
                return;
            }
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError(
                        what + " did not happen within " + timeout.toMillis() + " ms: " + failure, failure);
            }
            Thread.sleep(POLL);
        }
    }

    /** @throws AssertionError if the condition is not true within {@code timeout} */
    public static void await(String what, Duration timeout, Callable<Boolean> condition) throws InterruptedException {
        assertThat(what, timeout, () -> {
            if (!condition.call()) {
                throw new AssertionError("the condition is false");
            }
        });
    }

    /** @throws AssertionError if the condition becomes false within {@code span} */
    @SuppressWarnings("BusyWait") // the pace of the polling
    public static void stays(String what, Duration span, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + span.toNanos();
        while (System.nanoTime() - end < 0) {
            if (!condition.call()) {
                throw new AssertionError(what + " did not stay so for " + span.toMillis() + " ms");
            }
            Thread.sleep(POLL);
        }
    }

    private static @Nullable Throwable failureOf(Assertion assertion) throws InterruptedException {
        try {
            assertion.check();
            return null;
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception | AssertionError e) {
            return e;
        }
    }
}
