package io.godwit.events;

/** What the backup service tells. */
public sealed interface BackupEvent extends Event {

    record BackupProgressed(StepRef step, String backupId, long bytes) implements BackupEvent {}

    /**
     * @param bytes the size of the backup in the object store
     * @param sha256 of those bytes, in hexadecimal
     */
    record BackupCompleted(StepRef step, String backupId, long bytes, String sha256) implements BackupEvent {}

    record BackupFailed(StepRef step, String backupId, Failure failure) implements BackupEvent {}
}
