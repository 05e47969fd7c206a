package io.godwit.messaging;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import java.time.Duration;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What a service with a database of its own has besides: outbox and inbox. */
@AutoConfiguration(
        before = MessagingAutoConfiguration.class,
        afterName = {
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration",
            "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration"
        })
@ConditionalOnClass({DataSource.class, JdbcClient.class})
@ConditionalOnBean({DataSource.class, PlatformTransactionManager.class})
class JdbcMessagingAutoConfiguration {
    /** The producer itself keeps trying for long, because it keeps the order of a key's records better than we could. */
    private static final Duration OUTBOX_DELIVERY_TIMEOUT = Duration.ofMinutes(10);

    @Bean
    KafkaSender godwitOutboxSender(KafkaClients clients) {
        return new KafkaSender(clients.producers(OUTBOX_DELIVERY_TIMEOUT));
    }

    @Bean
    OutboxTable godwitOutboxTable(DataSource dataSource, CloudEventRecords records) {
        return new OutboxTable(JdbcClient.create(dataSource), records);
    }

    @Bean
    OutboxPublisher godwitOutboxPublisher(@Qualifier("godwitOutboxSender") KafkaSender sender) {
        return new OutboxPublisher(sender.operations());
    }

    @Bean
    OutboxSweeper godwitOutboxSweeper(
            OutboxTable table, OutboxPublisher publisher, PlatformTransactionManager transactions) {
        return new OutboxSweeper(table, publisher, new TransactionTemplate(transactions));
    }

    @Bean
    Outbox godwitOutbox(OutboxTable table, OutboxPublisher publisher) {
        return new JdbcOutbox(table, publisher);
    }

    @Bean
    InboxTable godwitInboxTable(DataSource dataSource) {
        return new InboxTable(JdbcClient.create(dataSource));
    }

    @Bean
    InboxPruner godwitInboxPruner(InboxTable table, MessagingProperties properties) {
        return new InboxPruner(table, properties.inboxRetention());
    }

    @Bean
    InboxContainers godwitInboxContainers(
            @Value("${spring.application.name}") String application,
            KafkaClients clients,
            @Qualifier("godwitOutboxSender") KafkaSender sender,
            InboxTable inbox,
            PlatformTransactionManager transactions,
            ObjectProvider<MeterRegistry> meters) {
        DeadLetters deadLetters =
                new DeadLetters(sender.operations(), meters.getIfAvailable(() -> Metrics.globalRegistry));
        return new InboxContainers(
                application,
                clients.consumers(),
                deadLetters.errorHandler(),
                inbox,
                new TransactionTemplate(transactions));
    }
}
