package io.godwit.backup;

import io.godwit.events.BackupEvent;
import io.godwit.events.MessageJson;
import io.godwit.events.MessageTypes;
import io.godwit.events.Topics;
import io.godwit.testing.Eventually;
import io.godwit.testing.KafkaBroker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Everything the service said on its topic, read by an ordinary consumer. */
final class BackupEvents implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);

    private final KafkaConsumer<String, byte[]> consumer;
    private final List<BackupEvent> received = new ArrayList<>();

    /** The topic must exist. */
    BackupEvents() {
        consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", KafkaBroker.shared().bootstrapServers(), "auto.offset.reset", "earliest"),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        consumer.assign(consumer.partitionsFor(Topics.BACKUP_EVENTS).stream()
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList());
        consumer.seekToBeginning(consumer.assignment());
    }

    /** Waits until so many events that fit have come. */
    List<BackupEvent> await(int count, Predicate<BackupEvent> fitting) throws InterruptedException {
        Eventually.await(count + " events", BackupServiceFixture.LONG, () -> {
            consumer.poll(POLL).forEach(polled -> received.add(read(polled)));
            return matching(fitting).size() >= count;
        });
        return matching(fitting);
    }

    private List<BackupEvent> matching(Predicate<BackupEvent> fitting) {
        return received.stream().filter(fitting).toList();
    }

    private static BackupEvent read(ConsumerRecord<String, byte[]> polled) {
        String type = new String(polled.headers().lastHeader("ce_type").value(), StandardCharsets.UTF_8);
        return (BackupEvent) MessageJson.mapper()
                .readValue(polled.value(), MessageTypes.classOf(type).orElseThrow());
    }

    @Override
    public void close() {
        consumer.close();
    }
}
