package io.godwit.backup.work;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Each piece that runs holds a connection of the service's database.
 *
 * @param concurrency how many backups, verifications and restores that are not part of a move run at once in this
 *     process
 * @param moveConcurrency how many backups and restores of moves run at once in this process, beside the others
 */
@ConfigurationProperties("godwit.backup")
record WorkProperties(
        @DefaultValue("2") int concurrency,
        @DefaultValue("2") int moveConcurrency) {}
