package io.godwit.messaging;

import io.godwit.testing.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.context.Lifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.transaction.support.TransactionOperations;

class InboxContainersTest {
    private final AtomicInteger polls = new AtomicInteger();

    @Test
    void aListenerThatTheBrokerRefusesOnceAsksAgain() throws InterruptedException {
        InboxContainers containers = new InboxContainers(
                "application",
                new RefusedOnce(),
                new DefaultErrorHandler(),
                new InboxTable(JdbcClient.create(new DriverManagerDataSource())),
                TransactionOperations.withoutTransaction());
        Lifecycle container =
                containers.of(List.of(new RecordingListener("topic", "first"))).getFirst();

        container.start();
        try {
            Eventually.await("a poll after the refused one", RecordingListener.PATIENCE, () -> polls.get() > 1);
        } finally {
            container.stop();
        }
    }

    /** Its consumer's first poll is not allowed. */
    private final class RefusedOnce extends DefaultKafkaConsumerFactory<String, byte[]> {
        RefusedOnce() {
            super(Map.of());
        }

        @Override
        public Consumer<String, byte[]> createConsumer(
                @Nullable String groupId,
                @Nullable String clientIdPrefix,
                @Nullable String clientIdSuffix,
                @Nullable Properties properties) {
            return new MockConsumer<>("earliest") {
                @Override
                public synchronized ConsumerRecords<String, byte[]> poll(Duration timeout) {
                    if (polls.incrementAndGet() == 1) {
                        throw new TopicAuthorizationException("refused");
                    }
                    return super.poll(timeout);
                }
            };
        }
    }
}
