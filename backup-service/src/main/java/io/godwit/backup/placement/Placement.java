package io.godwit.backup.placement;

import io.godwit.backup.failure.OperationFailedException;
import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.ServerAccess;
import io.godwit.events.Failure;
import io.godwit.events.MigrationStatus;
import java.util.Optional;

/**
 * Where a database lives.
 *
 * @param status of the database, which is that of its last migration
 */
public record Placement(DatabaseId databaseId, MigrationStatus status, PlacedDatabase placement) {

    /** From where to where the database has moved, for people; empty if it is where it was. */
    public Optional<String> moveFrom(PlacedDatabase before) {
        ServerAccess then = before.server();
        ServerAccess now = placement.server();
        // The address too: where each database has a process of its own, the server is only their host.
        boolean moved =
                !then.serverId().equals(now.serverId()) || !then.address().equals(now.address());
        return moved
                ? Optional.of("from server " + then.serverId() + " at " + then.address() + " to " + now.serverId()
                        + " at " + now.address())
                : Optional.empty();
    }

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
