package io.godwit.backup.retention;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * @param keepFor how long a backup is kept
 * @param keepNewest how many backups of a database are kept however old they are; where it was deleted, for as long as
 *     {@code keepFor} after that was noticed
 * @param keepSafetyFor how long a migration's safety backup is kept, in place of {@code keepFor}; in any case as long as
 *     the migration can be taken back
 * @param orphanedUploads how old an unfinished upload is when it is aborted; longer than any backup takes
 */
@ConfigurationProperties("godwit.backup.retention")
record RetentionProperties(
        @DefaultValue("30d") Duration keepFor,
        @DefaultValue("3") int keepNewest,
        @DefaultValue("14d") Duration keepSafetyFor,
        @DefaultValue("1d") Duration orphanedUploads) {

    /** How old a backup is at least that has had its time. */
    Duration shortest() {
        return keepFor.compareTo(keepSafetyFor) < 0 ? keepFor : keepSafetyFor;
    }
}
