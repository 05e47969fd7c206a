package io.godwit.backup.engine.postgresql;

import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * @param binDirectory where {@code pg_dump} and {@code pg_restore} are; they must be at least as new as the servers
 * @param stallTimeout how long nothing of a dump may arrive before it is given up
 * @param lockTimeout how long a backup tries again and again to lock tables that somebody has locked exclusively
 * @param longestRun bounds every statement and every restore
 * @param swapTimeout how long a database that is being replaced may refuse connections
 */
@ConfigurationProperties("godwit.postgresql")
record PostgresProperties(
        Path binDirectory,
        @DefaultValue("5m") Duration stallTimeout,
        @DefaultValue("1m") Duration lockTimeout,
        @DefaultValue("12h") Duration longestRun,
        @DefaultValue("15s") Duration swapTimeout) {}
