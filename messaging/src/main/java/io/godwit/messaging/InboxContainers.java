package io.godwit.messaging;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.springframework.context.Lifecycle;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.ContainerProperties.AckMode;
import org.springframework.kafka.listener.KafkaMessageListenerContainer;
import org.springframework.transaction.support.TransactionOperations;

/** Makes the consumer of each inbox listener: one thread and one consumer group each. */
final class InboxContainers {
    /** How long after a refusal of login or access the broker is asked again. */
    private static final Duration REFUSED = Duration.ofSeconds(1);

    private final String application;
    private final ConsumerFactory<String, byte[]> consumers;
    private final CommonErrorHandler errors;
    private final InboxTable inbox;
    private final TransactionOperations transaction;

    InboxContainers(
            String application,
            ConsumerFactory<String, byte[]> consumers,
            CommonErrorHandler errors,
            InboxTable inbox,
            TransactionOperations transaction) {
        this.application = application;
        this.consumers = consumers;
        this.errors = errors;
        this.inbox = inbox;
        this.transaction = transaction;
    }

    /** @throws IllegalStateException if two listeners have the same topic and subscription */
    List<Lifecycle> of(List<? extends InboxListener<?>> listeners) {
        Set<String> names = new HashSet<>();
        for (InboxListener<?> listener : listeners) {
            if (!names.add(InboxReceiver.nameOf(listener))) {
                throw new IllegalStateException("two inbox listeners are named " + InboxReceiver.nameOf(listener)
                        + "; expected different subscriptions");
            }
        }
        return listeners.stream().map(this::container).toList();
    }

    private Lifecycle container(InboxListener<?> listener) {
        ContainerProperties properties = new ContainerProperties(listener.topic());
        // A group of its own for each topic: a slow listener's rebalance does not stop the others.
        properties.setGroupId(application + "." + InboxReceiver.nameOf(listener));
        properties.setMessageListener(new InboxReceiver<>(listener, inbox, transaction));
        properties.setAckMode(AckMode.BATCH);
        // Nothing waits for an offset to be stored: what is delivered again is found in the inbox.
        properties.setSyncCommits(false);
        // Without it a container that is refused once, as while the broker's users are changed, stops for good.
        properties.setAuthExceptionRetryInterval(REFUSED);
        KafkaMessageListenerContainer<String, byte[]> container =
                new KafkaMessageListenerContainer<>(consumers, properties);
        container.setBeanName("inbox-" + InboxReceiver.nameOf(listener));
        container.setCommonErrorHandler(errors);
        return container;
    }
}
