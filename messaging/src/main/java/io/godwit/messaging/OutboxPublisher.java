package io.godwit.messaging;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.kafka.core.KafkaOperations;
import org.springframework.kafka.support.SendResult;

/**
 * Sends outbox rows. Normally they come from memory at commit. After a failure or when the queue is full it is
 * <em>behind</em>: rows are then taken from the table alone, oldest first, until none is left, so that a key's records
 * stay in order.
 *
 * <p>One thread takes from the queue; {@link #lock} guards the change between the two ways.
 */
final class OutboxPublisher implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(OutboxPublisher.class);
    private static final int QUEUE_CAPACITY = 10_000;

    /** Stops after the consumers, whose handlers still send. */
    private static final int PHASE = 0;

    private final KafkaOperations<String, byte[]> kafka;
    private final BlockingQueue<OutboxRow> queue = new ArrayBlockingQueue<>(QUEUE_CAPACITY);
    private final Set<Long> inFlight = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedQueue<Long> acknowledged = new ConcurrentLinkedQueue<>();
    private final ReentrantLock lock = new ReentrantLock();
    private boolean behind = true;
    private volatile boolean running;
    private Thread thread = new Thread();

    OutboxPublisher(KafkaOperations<String, byte[]> kafka) {
        this.kafka = kafka;
    }

    /** Takes a committed row; never blocks on the broker. */
    void offer(OutboxRow row) {
        lock.lock();
        try {
            if (behind) {
                return;
            }
            inFlight.add(row.id());
            if (!queue.offer(row)) {
                fallBehind(row);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Asks the table for rows that memory does not take care of. When it has none, memory takes over again: a row is
     * committed before it is offered, so no row can slip between the two.
     *
     * @param query given whether all rows are wanted or only old ones, and the rows to leave out
     */
    List<OutboxRow> unsent(BiFunction<Boolean, Collection<Long>, List<OutboxRow>> query) {
        lock.lock();
        try {
            if (behind) {
                List<OutboxRow> rows = query.apply(true, inFlight);
                behind = !rows.isEmpty();
                rows.forEach(row -> inFlight.add(row.id()));
                return rows;
            }
        } finally {
            lock.unlock();
        }
        // Outside the lock, so that a commit never waits for this query.
        List<OutboxRow> rows = query.apply(false, inFlight);
        rows.forEach(row -> inFlight.add(row.id()));
        return rows;
    }

    /** Sends a row; it counts as in flight until it failed or {@link #forget} was called. */
    CompletableFuture<SendResult<String, byte[]>> send(OutboxRow row) {
        ProducerRecord<String, byte[]> message = row.message();
        CompletableFuture<SendResult<String, byte[]>> sent;
        try {
            sent = kafka.send(message);
        } catch (RuntimeException e) {
            sent = CompletableFuture.failedFuture(e);
        }
        return sent.whenComplete((result, failure) -> {
            if (failure == null) {
                acknowledged.add(row.id());
            } else {
                LOG.atWarn()
                        .setMessage("A message was not accepted by the broker and stays in the outbox")
                        .addKeyValue("topic", message.topic())
                        .addKeyValue("reason", failure.getMessage())
                        .log();
                fallBehind(row);
            }
        });
    }

    /** Ids of rows the broker has acknowledged since the last call. */
    List<Long> takeAcknowledged() {
        List<Long> ids = new ArrayList<>();
        for (Long id = acknowledged.poll(); id != null; id = acknowledged.poll()) {
            ids.add(id);
        }
        return ids;
    }

    /** The rows are gone from the table. */
    void forget(Collection<Long> ids) {
        inFlight.removeAll(ids);
    }

    /** The rows could not be deleted; they come again with {@link #takeAcknowledged}. */
    void keepAcknowledged(Collection<Long> ids) {
        acknowledged.addAll(ids);
    }

    private void fallBehind(OutboxRow failed) {
        lock.lock();
        try {
            behind = true;
            inFlight.remove(failed.id());
            List<OutboxRow> waiting = new ArrayList<>();
            queue.drainTo(waiting);
            waiting.forEach(row -> inFlight.remove(row.id()));
        } finally {
            lock.unlock();
        }
    }

    private void sendFromMemory() {
        while (running) {
            try {
                // What becomes of it is handled where it completes.
                CompletableFuture<?> _ = send(queue.take());
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    @Override
    public void start() {
        running = true;
        thread = Thread.ofPlatform().daemon().name("outbox-publisher").start(this::sendFromMemory);
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
