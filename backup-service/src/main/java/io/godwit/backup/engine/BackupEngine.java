package io.godwit.backup.engine;

import io.godwit.backup.failure.OperationFailedException;
import io.godwit.engines.EngineId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.events.Failure;
import org.jspecify.annotations.Nullable;

/**
 * What the backup service needs of a database engine. Every method may throw an
 * {@link io.godwit.backup.failure.OperationFailedException}.
 */
public interface BackupEngine {
    EngineId id();

    /**
     * Begins to look at the database as it is now.
     *
     * @param name unique and with the prefix {@code godwit_}, for what the engine has to keep outside the database
     *     meanwhile; what an earlier, interrupted run left under that name is removed first
     */
    DatabaseSnapshot openSnapshot(PlacedDatabase database, String name);

    /** What stands against moving the database by a backup that is restored elsewhere; most engines have a better way. */
    default MoveFitness fitnessForMove(PlacedDatabase database) {
        throw new OperationFailedException(
                "METHOD_NOT_SUPPORTED",
                "databases of the engine '" + id().id() + "' are not moved by backup and restore",
                Failure.Kind.CALLER);
    }

    /**
     * Makes an empty database that can take the place of another one, into which nobody else can log in: on the same
     * server, with the same settings and owner, or where the engine brings its contents over in the end.
     *
     * @param name unique and with the prefix {@code godwit_}; what an earlier, interrupted run left under that name is
     *     removed first
     */
    ScratchDatabase createScratch(PlacedDatabase beside, String name);

    /**
     * Removes what a run that has ended has left of its scratch database, also if that had replaced the other one. Does
     * nothing where nothing is left.
     */
    void removeScratch(PlacedDatabase beside, String name);

    /**
     * Whether the database holds nothing of the tenant's.
     *
     * @throws io.godwit.backup.failure.OperationFailedException with {@code DATABASE_BUSY} if it can't be replaced now,
     *     for example because a change stream is read from it
     */
    boolean isEmptyAndReplaceable(PlacedDatabase database);

    /**
     * Cleans up after a run that was interrupted while its scratch database was to replace the target: afterwards the
     * target is open, with the one contents or the other. To be repeated if it fails.
     *
     * @param setAside what {@link ScratchDatabase#setAside} had told; null if the run did not get that far
     * @return whether the replacement had happened
     */
    boolean recoverReplacement(PlacedDatabase target, String scratchName, @Nullable String setAside);
}
