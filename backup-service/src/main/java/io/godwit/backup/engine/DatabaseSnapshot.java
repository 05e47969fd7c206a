package io.godwit.backup.engine;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;

/**
 * A database as it was at one moment: what {@link #dumpTo} writes and what {@link #fingerprints} describes is the same.
 * The two may run side by side.
 */
public interface DatabaseSnapshot extends AutoCloseable {
    String engineVersion();

    /** The program that writes the archive, with its version. */
    String tool();

    /** The size of the database on its server. */
    long sizeInBytes();

    /** As {@link ArchiveOrigin} has them. */
    default List<String> administratorsEntries() {
        return List.of();
    }

    /**
     * Reads every row.
     *
     * @param moment about that of the snapshot; rows that expire are told apart by how long after it they do
     */
    List<TableFingerprint> fingerprints(Instant moment);

    /** @throws IOException what {@code archive} throws */
    void dumpTo(OutputStream archive) throws IOException;

    /** Ends {@link #fingerprints} where it still reads. */
    @Override
    void close();
}
