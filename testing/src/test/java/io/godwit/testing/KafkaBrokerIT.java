package io.godwit.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class KafkaBrokerIT {
    private static final Duration RESTART_LIMIT = Duration.ofMinutes(2);
    private static final KafkaBroker broker = KafkaBroker.shared();

    @Test
    void isReadyWhenItsFixtureIs() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            assertThat(admin.describeCluster().nodes().get(5, TimeUnit.SECONDS)).hasSize(1);
        }
    }

    @Test
    void keepsAcknowledgedRecordsOverACrash() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic("kept", 1, (short) 1)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers(), "acks", "all"),
                new StringSerializer(),
                new StringSerializer())) {
            producer.send(new ProducerRecord<>("kept", "acme/orders", "moved")).get(30, TimeUnit.SECONDS);
        }

        broker.process().kill();
        broker.process().start();
        broker.process().awaitReady(RESTART_LIMIT);

        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of(
                        "bootstrap.servers", broker.bootstrapServers(),
                        "group.id", "test",
                        "auto.offset.reset", "earliest"),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.subscribe(List.of("kept"));
            Eventually.assertThat(
                    "the record",
                    RESTART_LIMIT,
                    () -> assertThat(consumer.poll(Duration.ofMillis(200)))
                            .anySatisfy(record -> assertThat(record.value()).isEqualTo("moved")));
        }
    }
}
