package io.godwit.replication.engine.redis;

import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Bounds of a move that only Redis has.
 *
 * @param replicaBuffer how much a server may keep in memory for a replica that reads slowly before it drops it
 * @param backlog how much of the stream a server keeps for a replica whose connection broke; less where the tenant's
 *     memory limit leaves no room for it
 * @param bigKey from which size on preflight names a key
 * @param sampledKeys how many keys preflight looks at
 */
public record RedisLimits(
        @DefaultValue("1GB") DataSize replicaBuffer,
        @DefaultValue("64MB") DataSize backlog,
        @DefaultValue("64MB") DataSize bigKey,
        @DefaultValue("20000") int sampledKeys) {}
