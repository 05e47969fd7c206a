package io.godwit.backup.placement;

import io.godwit.backup.failure.OperationFailedException;
import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.events.Failure;
import io.godwit.events.MigrationStatus;

/**
 * Where a database lives.
 *
 * @param status of the database, which is that of its last migration
 */
public record Placement(DatabaseId databaseId, MigrationStatus status, PlacedDatabase placement) {

    /** @throws OperationFailedException with {@code MIGRATION_IN_PROGRESS} if the database is on the move */
    public void requireAtRest() {
        boolean atRest =
                switch (status) {
                    case READY, FAILED, CANCELLED, ROLLED_BACK -> true;
                    case PENDING, MIGRATING_SYNC, MIGRATING -> false;
                };
        if (!atRest) {
            throw new OperationFailedException(
                    "MIGRATION_IN_PROGRESS",
                    "database " + databaseId + " has the status " + status.id() + "; expected one at rest",
                    Failure.Kind.CONFLICT);
        }
    }
}
