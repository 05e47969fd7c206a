package io.godwit.events;

import io.godwit.engines.PlacedDatabase;

/** What the orchestrator asks of the backup service. */
public sealed interface BackupCommand extends Command {

    /** Writes a consistent backup of the database to the object store. */
    record CreateSafetyBackup(StepRef step, PlacedDatabase source) implements BackupCommand {}

    /** Finds out whether the database could be moved by backup and restore, and how long that would take. */
    record InspectRestore(StepRef step, PlacedDatabase source) implements BackupCommand {}

    /** Puts a backup in the place of {@code target}, which is nobody's home, and compares it with what was backed up. */
    record RestoreBackup(StepRef step, String backupId, PlacedDatabase target) implements BackupCommand {}

    /** Ends what {@link RestoreBackup} does for the migration and removes what it has beside {@code target}. */
    record DiscardRestore(StepRef step, PlacedDatabase target) implements BackupCommand {}
}
