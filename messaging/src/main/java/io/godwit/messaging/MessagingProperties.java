package io.godwit.messaging;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * @param partitions of each topic that is made
 * @param replicationFactor of each topic that is made; -1 takes the broker's default
 * @param inboxRetention how long a handled message is remembered; longer than the broker may deliver it again
 */
@ConfigurationProperties("godwit.messaging")
record MessagingProperties(
        @DefaultValue("6") int partitions,
        @DefaultValue("1") short replicationFactor,
        @DefaultValue("8d") Duration inboxRetention) {}
