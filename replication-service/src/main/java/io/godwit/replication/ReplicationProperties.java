package io.godwit.replication;

import io.godwit.replication.engine.MoveLimits;
import io.godwit.replication.engine.redis.RedisLimits;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * @param limits what bounds a move
 * @param redis what bounds a move of Redis besides
 */
@ConfigurationProperties("godwit.replication")
record ReplicationProperties(
        @DefaultValue MoveLimits limits, @DefaultValue RedisLimits redis) {}
