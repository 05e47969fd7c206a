package io.godwit.backup.store;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.godwit.backup.engine.ArchiveOrigin;
import io.godwit.backup.engine.TableFingerprint;
import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an archive, stored beside it, so that it can be used without this service's own records.
 *
 * @param owner the role that owned the database
 * @param tool the program that wrote the archive, with its version
 * @param key of the archive
 * @param sha256 of the archive, in hexadecimal
 * @param administratorsEntries which parts of the archive only an administrator can restore, in the engine's own words
 * @param tables what the archive holds, taken from the same moment as the archive
 * @param createdAt that moment
 */
public record Manifest(
        int version,
        String backupId,
        DatabaseId databaseId,
        EngineId engine,
        String engineVersion,
        String owner,
        String reason,
        String tool,
        String key,
        long bytes,
        String sha256,

        @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable
        List<String> administratorsEntries,

        List<TableFingerprint> tables,
        Instant createdAt) {
    /** The second has {@code administratorsEntries}, and says of hashes how they were made. */
    public static final int VERSION = 2;

    public ArchiveOrigin origin() {
        return new ArchiveOrigin(owner, administratorsEntries == null ? List.of() : administratorsEntries);
    }

    public long rows() {
        return tables.stream().mapToLong(TableFingerprint::allRows).sum();
    }
}
