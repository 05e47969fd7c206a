package io.godwit.backup.work;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** @param concurrency how many backups, verifications and restores run at once in this process */
@ConfigurationProperties("godwit.backup")
record WorkProperties(@DefaultValue("2") int concurrency) {}
