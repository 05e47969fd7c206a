package io.godwit.messaging;

import io.godwit.events.Topics;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.springframework.kafka.config.TopicBuilder;
import org.springframework.kafka.core.KafkaAdmin;

/** Makes the topics that do not exist yet. */
final class TopicCreator {
    static final String DEAD_LETTER_SUFFIX = ".dlt";

    private static final List<String> INTERNAL = List.of(
            Topics.PROVISIONING_COMMANDS,
            Topics.PROVISIONING_EVENTS,
            Topics.REPLICATION_COMMANDS,
            Topics.REPLICATION_EVENTS,
            Topics.PROXY_COMMANDS,
            Topics.PROXY_EVENTS,
            Topics.BACKUP_COMMANDS,
            Topics.BACKUP_EVENTS);

    private final KafkaAdmin admin;
    private final MessagingProperties properties;

    TopicCreator(KafkaAdmin admin, MessagingProperties properties) {
        this.admin = admin;
        this.properties = properties;
    }

    /** @throws RuntimeException if the broker does not answer or refuses */
    void createMissing() {
        List<NewTopic> topics = new ArrayList<>();
        for (String topic : INTERNAL) {
            topics.add(partitioned(topic).build());
            topics.add(deadLetters(topic));
        }
        topics.add(partitioned(Topics.MIGRATIONS).build());
        topics.add(deadLetters(Topics.MIGRATIONS));
        topics.add(partitioned(Topics.ROUTES)
                .config(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT)
                .build());
        admin.createOrModifyTopics(topics.toArray(NewTopic[]::new));
    }

    private TopicBuilder partitioned(String topic) {
        return TopicBuilder.name(topic).partitions(properties.partitions()).replicas(properties.replicationFactor());
    }

    private NewTopic deadLetters(String topic) {
        return TopicBuilder.name(topic + DEAD_LETTER_SUFFIX)
                .partitions(1)
                .replicas(properties.replicationFactor())
                .build();
    }
}
