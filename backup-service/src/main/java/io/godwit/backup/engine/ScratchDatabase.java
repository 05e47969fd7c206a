package io.godwit.backup.engine;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;

/** A temporary database apart from a tenant's. Closing it removes it, unless it has replaced the tenant's. */
public interface ScratchDatabase extends AutoCloseable {

    /**
     * Restores an archive.
     *
     * @param origin where its owner is not the owner of this database, everything in the archive becomes this one's
     *     owner's and its grants are left out
     * @throws IOException what {@code archive} throws
     */
    void restore(InputStream archive, ArchiveOrigin origin) throws IOException;

    /** @param moment of the archive's snapshot, as in {@link DatabaseSnapshot#fingerprints} */
    List<TableFingerprint> fingerprints(Instant moment);

    /**
     * What {@link #replaceTarget} changes on the target's server only for its time, to be recorded before and given to
     * {@link BackupEngine#recoverReplacement} if it is interrupted. Holds no secret; empty if there is no such thing.
     */
    String setAside();

    /**
     * Takes the place of the tenant's database in one transaction. Its sessions are ended and new ones refused for that
     * moment, or see the new contents from one command to the next; if it fails, the tenant's database is open again as
     * it was. The replaced database is removed.
     *
     * @param lastLook is run when all that takes long is done and the tenant's database still in use; what it throws
     *     keeps that database as it was
     * @throws ReplacementBrokenOffException if it is to be given to {@link BackupEngine#recoverReplacement}, as often as
     *     that takes
     */
    void replaceTarget(Runnable lastLook);

    /** As the other, with nothing to look at. */
    default void replaceTarget() {
        replaceTarget(() -> {});
    }

    @Override
    void close();
}
