package io.godwit.backup.engine.redis;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * @param serverProgram {@code redis-server}, at least as new as the servers; null looks for an installation
 * @param scratchDirectory where archives lie while they are looked into; on a disk of this machine, with room for as
 *     many of the largest databases as pieces of work run at once
 * @param stallTimeout how long nothing may come from a server or go to it before it is given up
 * @param longestRun bounds every backup and every restore
 * @param largestDatabase a larger one is not backed up, since it would have to fit into this machine's memory
 */
@ConfigurationProperties("godwit.redis")
record RedisProperties(
        @Nullable Path serverProgram,
        Path scratchDirectory,
        @DefaultValue("5m") Duration stallTimeout,
        @DefaultValue("12h") Duration longestRun,
        @DefaultValue("16GB") DataSize largestDatabase) {}
