package io.godwit.provisioning.engine.redis;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * @param serverProgram Redis' server; null looks for an installation
 * @param maxMemoryPerSharedDatabase so that one tenant can't use up a shared server's machine; a database that is
 *     larger already is given as much again as it has
 * @param maxMemoryPolicy what a new database does at its limit, as {@code maxmemory-policy} has it
 */
@ConfigurationProperties("godwit.redis")
record RedisProperties(
        @Nullable Path serverProgram,
        @DefaultValue("256MB") DataSize maxMemoryPerSharedDatabase,
        @DefaultValue("noeviction") String maxMemoryPolicy) {}
