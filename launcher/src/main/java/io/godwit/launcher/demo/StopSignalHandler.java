package io.godwit.launcher.demo;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Lets a command that is interrupted from outside (Ctrl-C, SIGTERM) tidy up before the process ends. */
public final class StopSignalHandler implements AutoCloseable {
    private final CountDownLatch tidied = new CountDownLatch(1);
    private final Thread hook;

    /**
     * @param worker is interrupted by the signal
     * @param patience how long the process waits for the worker to close this
     */
    public StopSignalHandler(Thread worker, Duration patience) {
        hook = new Thread(
                () -> {
                    worker.interrupt();
                    try {
                        tidied.await(patience.toMillis(), TimeUnit.MILLISECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "godwit-demo-stop");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    @Override
    public void close() {
        tidied.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending already, and the hook has been told.
            return;
        }
    }
}
