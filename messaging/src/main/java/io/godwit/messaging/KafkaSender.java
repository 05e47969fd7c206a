package io.godwit.messaging;

import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaOperations;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.support.ProducerListener;

/** A producer of our own; not a bean of Spring Kafka's types, which would keep Spring Boot from making its own. */
final class KafkaSender implements AutoCloseable {
    private final DefaultKafkaProducerFactory<String, byte[]> producers;
    private final KafkaTemplate<String, byte[]> template;

    KafkaSender(DefaultKafkaProducerFactory<String, byte[]> producers) {
        this.producers = producers;
        this.template = new KafkaTemplate<>(producers);
        // A failed send is reported once, by whoever waits for it.
        this.template.setProducerListener(new ProducerListener<>() {});
    }

    KafkaOperations<String, byte[]> operations() {
        return template;
    }

    @Override
    public void close() {
        producers.destroy();
    }
}
