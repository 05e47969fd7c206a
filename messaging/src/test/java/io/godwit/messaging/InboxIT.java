package io.godwit.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.events.ProxyEvent.ProxyHeartbeat;
import io.godwit.events.Topics;
import io.godwit.testing.Eventually;
import io.godwit.testing.KafkaBroker;
import io.godwit.testing.ServicesDatabase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

class InboxIT {
    private static KafkaBroker broker;
    private static ServicesDatabase.Schema schema;
    private static ConfigurableApplicationContext application;
    private static RawProducer producer;
    private static RecordingListener first;
    private static RecordingListener second;

    @BeforeAll
    static void start() {
        broker = KafkaBroker.shared();
        schema = ServicesDatabase.emptySchema("inbox");
        application = MessagingTestApplication.run(broker, schema);
        first = application.getBean("first", RecordingListener.class);
        second = application.getBean("second", RecordingListener.class);
        producer = new RawProducer(broker);
    }

    @AfterAll
    static void stop() {
        producer.close();
        application.close();
    }

    @Test
    void messageDeliveredTwiceIsHandledOnceByEachListener() throws Exception {
        UUID id = UUID.randomUUID();
        producer.send(Topics.PROXY_EVENTS, "twice", id, new ProxyHeartbeat("twice", 1));
        producer.send(Topics.PROXY_EVENTS, "twice", id, new ProxyHeartbeat("twice", 1));
        producer.send(Topics.PROXY_EVENTS, "twice", UUID.randomUUID(), new ProxyHeartbeat("twice", 2));

        first.awaitFrom("twice", 2);
        second.awaitFrom("twice", 2);
        assertThat(first.receivedFrom("twice")).containsExactly(1, 2);
        assertThat(second.receivedFrom("twice")).containsExactly(1, 2);
    }

    @Test
    void poisonGoesToTheDeadLettersAndDoesNotBlockItsKey() throws Exception {
        UUID id = UUID.randomUUID();
        producer.send(Topics.PROXY_EVENTS, "poison", id, new ProxyHeartbeat(RecordingListener.POISON, 1));
        producer.send(Topics.PROXY_EVENTS, "poison", UUID.randomUUID(), new ProxyHeartbeat("after-poison", 2));

        first.awaitFrom("after-poison", 2);
        assertThat(deadLetter(id)
                        .headers()
                        .lastHeader("kafka_dlt-exception-message")
                        .value())
                .asString(StandardCharsets.UTF_8)
                .contains("poison");
    }

    @Test
    void unreadableMessageGoesToTheDeadLetters() throws Exception {
        UUID id = UUID.randomUUID();
        byte[] nonsense = "{\"proxyId\":".getBytes(StandardCharsets.UTF_8);
        producer.send(Topics.PROXY_EVENTS, "nonsense", id, "io.godwit.proxy.proxy-heartbeat.v1", nonsense);

        assertThat(deadLetter(id).value()).isEqualTo(nonsense);
    }

    @Test
    void messageOfAnUnknownTypeIsSkipped() throws Exception {
        UUID id = UUID.randomUUID();
        producer.send(Topics.PROXY_EVENTS, "newer", id, "io.godwit.proxy.unheard-of.v9", new byte[] {'{', '}'});
        producer.send(Topics.PROXY_EVENTS, "newer", UUID.randomUUID(), new ProxyHeartbeat("newer", 1));

        first.awaitFrom("newer", 1);
        assertThat(deadLetters()).noneMatch(dead -> CloudEventRecords.id(dead).equals(id.toString()));
    }

    @Test
    void messageThatComesTooLateIsSkipped() throws Exception {
        producer.send(
                Topics.PROXY_EVENTS, "late", UUID.randomUUID(), new ProxyHeartbeat(RecordingListener.OUTDATED, 1));
        producer.send(
                Topics.PROXY_EVENTS, "late", UUID.randomUUID(), new ProxyHeartbeat(RecordingListener.SHORT_LIVED, 2));

        first.awaitFrom(RecordingListener.SHORT_LIVED, 2);
        assertThat(first.receivedFrom(RecordingListener.OUTDATED)).isEmpty();
    }

    @Test
    void messageWaitsWhileTheServicesDatabaseIsAway() throws Exception {
        UUID id = UUID.randomUUID();
        ServicesDatabase.server().process().kill();
        producer.send(Topics.PROXY_EVENTS, "outage", id, new ProxyHeartbeat("database-outage", 1));
        Eventually.stays(
                "the record, for longer than all attempts that a failing handler is given, no dead letter",
                Duration.ofSeconds(4),
                () -> deadLetters().stream()
                        .noneMatch(dead -> CloudEventRecords.id(dead).equals(id.toString())));
        ServicesDatabase.server().process().start();

        first.awaitFrom("database-outage", 1);
        assertThat(deadLetters()).noneMatch(dead -> CloudEventRecords.id(dead).equals(id.toString()));
    }

    @Test
    void restartedServiceGoesOnWhereItWas() throws Exception {
        producer.send(Topics.PROXY_EVENTS, "restart", UUID.randomUUID(), new ProxyHeartbeat("restart", 1));
        first.awaitFrom("restart", 1);
        application.close();
        producer.send(Topics.PROXY_EVENTS, "restart", UUID.randomUUID(), new ProxyHeartbeat("restart", 2));
        application = MessagingTestApplication.run(broker, schema);
        first = application.getBean("first", RecordingListener.class);
        second = application.getBean("second", RecordingListener.class);

        first.awaitFrom("restart", 2);
        assertThat(first.receivedFrom("restart")).containsExactly(2);
    }

    private static ConsumerRecord<String, byte[]> deadLetter(UUID id) throws InterruptedException {
        Eventually.await(
                "dead letter " + id,
                RecordingListener.PATIENCE,
                () -> deadLetters().stream()
                        .anyMatch(dead -> CloudEventRecords.id(dead).equals(id.toString())));
        return deadLetters().stream()
                .filter(dead -> CloudEventRecords.id(dead).equals(id.toString()))
                .findFirst()
                .orElseThrow();
    }

    private static List<ConsumerRecord<String, byte[]>> deadLetters() {
        TopicPartition partition = new TopicPartition(Topics.PROXY_EVENTS + TopicCreator.DEAD_LETTER_SUFFIX, 0);
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers()),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            return consumer.poll(Duration.ofSeconds(1)).records(partition);
        }
    }
}
