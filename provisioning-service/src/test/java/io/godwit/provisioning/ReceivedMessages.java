package io.godwit.provisioning;

import io.godwit.events.DatabaseRoute;
import io.godwit.events.Message;
import io.godwit.events.MessageJson;
import io.godwit.events.MessageTypes;
import io.godwit.events.StepRef;
import io.godwit.events.Topics;
import io.godwit.testing.Eventually;
import io.godwit.testing.KafkaBroker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Everything that the service sent, in the order of arrival. */
final class ReceivedMessages implements AutoCloseable {
    private final List<Message> events = new CopyOnWriteArrayList<>();
    private final List<ConsumerRecord<String, byte[]>> routes = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile boolean closed;

    ReceivedMessages() {
        thread = Thread.ofPlatform().daemon().name("received-messages").start(this::receive);
    }

    /** @return the answers of one type to a step, once there are {@code count} of them */
    <E extends Message> List<E> await(Class<E> type, Function<E, StepRef> stepOf, StepRef step, int count)
            throws InterruptedException {
        Eventually.assertThat(type.getSimpleName() + " for " + step, ProvisioningFixture.LONG, () -> {
            int found = answers(type, stepOf, step).size();
            if (found < count) {
                throw new AssertionError(found + " of " + count + " came; all events: " + events);
            }
        });
        return answers(type, stepOf, step);
    }

    <E extends Message> List<E> answers(Class<E> type, Function<E, StepRef> stepOf, StepRef step) {
        return events.stream()
                .filter(type::isInstance)
                .map(type::cast)
                .filter(event -> stepOf.apply(event).equals(step))
                .toList();
    }

    /** @return the routes of a database; an empty one stands for its end */
    List<Optional<DatabaseRoute>> routesOf(String database) {
        return routes.stream()
                .filter(received -> received.key().equals(database))
                .map(received -> Optional.ofNullable(received.value())
                        .map(json -> MessageJson.mapper().readValue(json, DatabaseRoute.class)))
                .toList();
    }

    private void receive() {
        Map<String, Object> config = Map.of(
                "bootstrap.servers",
                KafkaBroker.shared().bootstrapServers(),
                "group.id",
                "received-messages-" + System.nanoTime(),
                "auto.offset.reset",
                "earliest",
                "metadata.max.age.ms",
                "500");
        try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(Topics.PROVISIONING_EVENTS, Topics.ROUTES));
            while (!closed) {
                consumer.poll(Duration.ofMillis(100)).forEach(this::onRecord);
            }
        }
    }

    private void onRecord(ConsumerRecord<String, byte[]> received) {
        if (received.topic().equals(Topics.ROUTES)) {
            routes.add(received);
            return;
        }
        String type = new String(received.headers().lastHeader("ce_type").value(), StandardCharsets.UTF_8);
        events.add(MessageJson.mapper()
                .readValue(received.value(), MessageTypes.classOf(type).orElseThrow()));
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
