package io.godwit.events;

import io.godwit.engines.PlacedDatabase;

/** What the orchestrator asks of the backup service. */
public sealed interface BackupCommand extends Command {

    /** Writes a consistent backup of the database to the object store. */
    record CreateSafetyBackup(StepRef step, PlacedDatabase source) implements BackupCommand {}
}
