package io.godwit.events;

import java.util.List;

/** What the backup service tells. */
public sealed interface BackupEvent extends Event {

    record BackupProgressed(StepRef step, String backupId, long bytes) implements BackupEvent {}

    /**
     * @param bytes the size of the backup in the object store
     * @param sha256 of those bytes, in hexadecimal
     */
    record BackupCompleted(StepRef step, String backupId, long bytes, String sha256) implements BackupEvent {}

    record BackupFailed(StepRef step, String backupId, Failure failure) implements BackupEvent {}

    /**
     * @param findings what stands against moving the database by backup and restore
     * @param bytes the size of the database
     * @param expectedPauseMillis how long clients would be held, by the rate of earlier backups
     */
    record RestoreInspected(StepRef step, List<Finding> findings, long bytes, long expectedPauseMillis)
            implements BackupEvent {}

    /** @param bytes of the archive that were read */
    record RestoreProgressed(StepRef step, String backupId, long bytes) implements BackupEvent {}

    /**
     * The target holds, row by row, what the source held when the backup was taken.
     *
     * @param digest over the hashes of all tables, in hexadecimal
     */
    record BackupRestored(StepRef step, String backupId, long rows, int tables, String digest) implements BackupEvent {}

    /** @param leftovers what could not be removed, for example because the server is gone; empty if nothing is left */
    record RestoreDiscarded(StepRef step, List<String> leftovers) implements BackupEvent {}

    /** @param command the simple name of the command that failed, for example {@code RestoreBackup} */
    record RestoreFailed(StepRef step, String command, Failure failure) implements BackupEvent {}
}
