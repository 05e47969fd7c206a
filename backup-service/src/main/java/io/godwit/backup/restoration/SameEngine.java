package io.godwit.backup.restoration;

import io.godwit.backup.catalog.Backup;
import io.godwit.backup.failure.OperationFailedException;
import io.godwit.engines.EngineId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.events.Failure;

/** A backup is restored by its engine's own programs, and only to a server of that engine. */
final class SameEngine {
    private SameEngine() {}

    /** @throws OperationFailedException with {@code ENGINE_MISMATCH} if the database is of another engine than the backup */
    static void require(Backup backup, PlacedDatabase database) {
        EngineId found = database.server().engine();
        if (found != backup.engine()) {
            throw new OperationFailedException(
                    "ENGINE_MISMATCH",
                    "database " + database.databaseName() + " is of the engine '" + found.id() + "'; expected '"
                            + backup.engine().id() + "', of which backup " + backup.id() + " was taken",
                    Failure.Kind.CALLER);
        }
    }
}
