package io.godwit.backup.engine;

import java.util.List;

/**
 * What has to be known of an archived database to restore it.
 *
 * @param owner the role that owned it
 * @param administratorsEntries which parts of the archive only an administrator can restore, in the engine's own words
 */
public record ArchiveOrigin(String owner, List<String> administratorsEntries) {
    public ArchiveOrigin {
        administratorsEntries = List.copyOf(administratorsEntries);
    }
}
