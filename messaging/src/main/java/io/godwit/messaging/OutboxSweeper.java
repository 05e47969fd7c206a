package io.godwit.messaging;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Deletes what was acknowledged, and sends what was left behind: by a failed send, or by an instance of the service
 * that died between commit and acknowledgement.
 */
final class OutboxSweeper implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(OutboxSweeper.class);
    private static final Duration DELETE_INTERVAL = Duration.ofMillis(100);
    private static final int SWEEP_EVERY = 10;

    /** Younger rows are still on their way from memory, in this instance or in another. */
    private static final Duration OLD = Duration.ofSeconds(3);

    private static final int BATCH = 200;
    private static final Duration ACKNOWLEDGEMENT_WAIT = Duration.ofSeconds(5);

    /** Starts after and stops before the publisher. */
    private static final int PHASE = 1;

    private final OutboxTable table;
    private final OutboxPublisher publisher;
    private final TransactionOperations transaction;
    private volatile boolean running;
    private Thread thread = new Thread();

    OutboxSweeper(OutboxTable table, OutboxPublisher publisher, TransactionOperations transaction) {
        this.table = table;
        this.publisher = publisher;
        this.transaction = transaction;
    }

    private void run() {
        try {
            for (int round = 0; running; round++) {
                tick(round % SWEEP_EVERY == 0);
                Thread.sleep(DELETE_INTERVAL);
            }
        } catch (InterruptedException e) {
            // Stopped.
            Thread.currentThread().interrupt();
        }
    }

    private void tick(boolean sweep) {
        try {
            deleteAcknowledged();
            if (sweep) {
                sweep();
            }
        } catch (RuntimeException e) {
            LOG.atWarn()
                    .setMessage("The outbox could not be swept")
                    .addKeyValue("reason", e.getMessage())
                    .log();
        }
    }

    private void sweep() {
        boolean more = true;
        while (running && more) {
            more = Boolean.TRUE.equals(transaction.execute(status -> sweepBatch()));
            deleteAcknowledged();
        }
    }

    private boolean sweepBatch() {
        List<OutboxRow> rows =
                publisher.unsent((all, except) -> table.lockUnsent(all ? Duration.ZERO : OLD, except, BATCH));
        List<CompletableFuture<?>> sends = new ArrayList<>();
        boolean refused = false;
        for (OutboxRow row : rows) {
            if (refused) {
                // Its elder was refused at once: the broker is away, and order forbids to overtake.
                publisher.forget(List.of(row.id()));
                continue;
            }
            CompletableFuture<?> sent = publisher.send(row);
            sends.add(sent);
            refused = sent.isCompletedExceptionally();
        }
        return awaitAll(sends) && !refused && rows.size() == BATCH;
    }

    /** Holds the row locks while the broker answers, so that no other instance sends the same rows. */
    private static boolean awaitAll(List<CompletableFuture<?>> sends) {
        try {
            CompletableFuture.allOf(sends.toArray(CompletableFuture[]::new))
                    .get(ACKNOWLEDGEMENT_WAIT.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    private void deleteAcknowledged() {
        List<Long> ids = publisher.takeAcknowledged();
        if (ids.isEmpty()) {
            return;
        }
        try {
            table.delete(ids);
        } catch (RuntimeException e) {
            publisher.keepAcknowledged(ids);
            throw e;
        }
        publisher.forget(ids);
    }

    @Override
    public void start() {
        running = true;
        thread = Thread.ofVirtual().name("outbox-sweeper").start(this::run);
    }

    @Override
    public void stop() {
        running = false;
        thread.interrupt();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
