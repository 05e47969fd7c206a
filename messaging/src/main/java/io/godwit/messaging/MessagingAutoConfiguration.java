package io.godwit.messaging;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.Lifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.kafka.core.KafkaAdmin;

/** What every service has: topics, broadcast listeners, direct sending and an end that leaves nobody waiting. */
@AutoConfiguration(after = KafkaAutoConfiguration.class)
@EnableConfigurationProperties(MessagingProperties.class)
class MessagingAutoConfiguration {
    /** A direct record is only worth something while it is fresh. */
    private static final Duration DIRECT_DELIVERY_TIMEOUT = Duration.ofSeconds(15);

    @Bean
    CloudEventRecords godwitCloudEventRecords(@Value("${spring.application.name}") String application) {
        return new CloudEventRecords(application);
    }

    @Bean
    KafkaClients godwitKafkaClients(KafkaProperties properties) {
        return new KafkaClients(properties);
    }

    @Bean
    KafkaSender godwitDirectSender(KafkaClients clients) {
        return new KafkaSender(clients.producers(DIRECT_DELIVERY_TIMEOUT));
    }

    @Bean
    DirectPublisher godwitDirectPublisher(
            @Qualifier("godwitDirectSender") KafkaSender sender, CloudEventRecords records) {
        return new KafkaDirectPublisher(sender.operations(), records);
    }

    @Bean
    StopDelay godwitStopDelay() {
        return new StopDelay();
    }

    @Bean
    MessagingStarter godwitMessagingStarter(
            KafkaAdmin admin,
            MessagingProperties properties,
            KafkaClients clients,
            ObjectProvider<BroadcastListener<?>> broadcastListeners,
            ObjectProvider<InboxContainers> inboxContainers,
            ObjectProvider<InboxListener<?>> inboxListeners) {
        List<InboxListener<?>> inbox = inboxListeners.stream().toList();
        InboxContainers containers = inboxContainers.getIfAvailable();
        if (containers == null && !inbox.isEmpty()) {
            throw new IllegalStateException("inbox listeners need a database; expected a DataSource, found none");
        }
        Stream<Lifecycle> broadcasts =
                broadcastListeners.stream().map(listener -> new BroadcastConsumer<>(listener, clients.consumers()));
        Stream<Lifecycle> receivers = containers == null ? Stream.of() : containers.of(inbox).stream();
        return new MessagingStarter(
                new TopicCreator(admin, properties),
                Stream.concat(broadcasts, receivers).toList());
    }
}
