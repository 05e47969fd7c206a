package io.godwit.provisioning.engine.postgresql;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * @param binDirectory PostgreSQL's programs; null looks for an installation
 * @param maxConnections of each server that is made
 * @param maxConnectionsPerSharedDatabase so that one tenant can't use up a shared server
 */
@ConfigurationProperties("godwit.postgresql")
record PostgresProperties(
        @Nullable Path binDirectory,
        @DefaultValue("300") int maxConnections,
        @DefaultValue("100") int maxConnectionsPerSharedDatabase) {}
