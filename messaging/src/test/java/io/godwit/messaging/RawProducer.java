package io.godwit.messaging;

import io.godwit.events.Message;
import io.godwit.events.MessageJson;
import io.godwit.events.MessageTypes;
import io.godwit.testing.KafkaBroker;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Writes records past the outbox: duplicates, foreign types, nonsense. */
final class RawProducer implements AutoCloseable {
    private final KafkaProducer<String, byte[]> producer;
    private final CloudEventRecords records = new CloudEventRecords("test");

    RawProducer(KafkaBroker broker) {
        this.producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers()),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    void send(String topic, String key, UUID id, Message message) throws InterruptedException, ExecutionException {
        send(
                topic,
                key,
                id,
                MessageTypes.typeOf(message.getClass()),
                MessageJson.mapper().writeValueAsBytes(message));
    }

    void send(String topic, String key, UUID id, String type, byte[] data)
            throws InterruptedException, ExecutionException {
        producer.send(records.record(topic, key, id, type, Instant.now(), data)).get();
    }

    @Override
    public void close() {
        producer.close();
    }
}
