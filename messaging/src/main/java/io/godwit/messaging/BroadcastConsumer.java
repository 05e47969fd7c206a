package io.godwit.messaging;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.Lifecycle;
import org.springframework.kafka.core.ConsumerFactory;

/**
 * Reads all partitions of a topic for one broadcast listener, on a thread of its own. After a failure of the client it
 * begins anew with a new consumer, at the place the old one had reached.
 */
final class BroadcastConsumer<T> implements Lifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(BroadcastConsumer.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration BETWEEN_QUESTIONS = Duration.ofSeconds(1);
    private static final Duration ANSWER_WAIT = Duration.ofSeconds(1);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(5);

    private final BroadcastListener<T> listener;
    private final PayloadReader<T> reader;
    private final ConsumerFactory<String, byte[]> consumers;
    private volatile boolean running;
    private Thread thread = new Thread();
    private volatile @Nullable Consumer<String, byte[]> current;

    /** Where the next read begins; empty until the first assignment. Only the consumer's thread uses it. */
    private Map<TopicPartition, Long> positions = Map.of();

    /** The ends of the partitions at the start; empty when they have been reached. */
    private Map<TopicPartition, Long> remaining = Map.of();

    /** The ends of the partitions when they were last asked for; empty when they have been reached. */
    private Map<TopicPartition, Long> ends = Map.of();

    private long asked = System.nanoTime();

    BroadcastConsumer(BroadcastListener<T> listener, ConsumerFactory<String, byte[]> consumers) {
        this.listener = listener;
        this.reader = new PayloadReader<>(listener.payloadType());
        this.consumers = consumers;
    }

    private void run() {
        while (running) {
            try (Consumer<String, byte[]> consumer = consumers.createConsumer(null, "broadcast", listener.topic())) {
                current = consumer;
                assign(consumer);
                while (running) {
                    consumer.poll(POLL).forEach(this::deliver);
                    positions = positionsOf(consumer);
                    reportCaughtUp();
                    if (listener.followsEnd()) {
                        followEnd(consumer);
                    }
                }
            } catch (WakeupException e) {
                return;
            } catch (RuntimeException e) {
                LOG.atWarn()
                        .setMessage("Reading a topic failed and is tried again")
                        .addKeyValue("topic", listener.topic())
                        .addKeyValue("reason", e.getMessage())
                        .log();
                pause();
            }
        }
    }

    private void assign(Consumer<String, byte[]> consumer) {
        List<PartitionInfo> known = consumer.partitionsFor(listener.topic());
        if (known == null || known.isEmpty()) {
            throw new IllegalStateException("topic " + listener.topic() + " does not exist");
        }
        List<TopicPartition> partitions = known.stream()
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
        consumer.assign(partitions);
        if (!positions.isEmpty()) {
            positions.forEach(consumer::seek);
            return;
        }
        remaining = consumer.endOffsets(partitions);
        if (listener.startAt() == BroadcastListener.StartAt.LATEST) {
            remaining.forEach(consumer::seek);
        } else {
            consumer.seekToBeginning(partitions);
        }
        positions = positionsOf(consumer);
        reportCaughtUp();
    }

    private static Map<TopicPartition, Long> positionsOf(Consumer<?, ?> consumer) {
        return consumer.assignment().stream().collect(Collectors.toMap(partition -> partition, consumer::position));
    }

    private void reportCaughtUp() {
        if (remaining.isEmpty()) {
            return;
        }
        if (haveReached(remaining)) {
            remaining = Map.of();
            listener.onCaughtUp();
        }
    }

    private void followEnd(Consumer<?, ?> consumer) {
        if (System.nanoTime() - asked > BETWEEN_QUESTIONS.toNanos()) {
            asked = System.nanoTime();
            ends = endsOf(consumer);
        }
        if (!ends.isEmpty() && haveReached(ends)) {
            ends = Map.of();
            listener.onUpToDate();
        }
    }

    private static Map<TopicPartition, Long> endsOf(Consumer<?, ?> consumer) {
        try {
            return consumer.endOffsets(consumer.assignment(), ANSWER_WAIT);
        } catch (TimeoutException e) {
            // The broker is away, and the listener hears nothing, which it notices.
            return Map.of();
        }
    }

    private boolean haveReached(Map<TopicPartition, Long> offsets) {
        return offsets.entrySet().stream().allMatch(end -> positions.getOrDefault(end.getKey(), 0L) >= end.getValue());
    }

    private void deliver(ConsumerRecord<String, byte[]> received) {
        try {
            if (received.value() == null) {
                listener.onRecord(received.key(), null);
                return;
            }
            Optional<T> payload = reader.read(received);
            payload.ifPresent(value -> listener.onRecord(received.key(), value));
        } catch (RuntimeException e) {
            // The topic goes on: one bad record must not keep every later one from this instance.
            LOG.atError()
                    .setMessage("A message could not be handled and was skipped")
                    .addKeyValue("topic", received.topic())
                    .addKeyValue("partition", received.partition())
                    .addKeyValue("offset", received.offset())
                    .addKeyValue("key", received.key())
                    .setCause(e)
                    .log();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(RETRY);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void start() {
        running = true;
        thread = Thread.ofPlatform()
                .daemon()
                .name("broadcast-" + listener.topic())
                .start(this::run);
    }

    @Override
    public void stop() {
        running = false;
        Consumer<String, byte[]> consumer = current;
        if (consumer != null) {
            consumer.wakeup();
        }
        try {
            thread.join(CLOSE_WAIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
