package io.godwit.events;

/** How far a migration is, finer than its {@link MigrationStatus}. */
public enum MigrationPhase {
    PREFLIGHT,
    SAFETY_BACKUP,
    PROVISIONING,
    INITIAL_SYNC,
    CATCH_UP,
    VERIFICATION,
    CUTOVER,
    ROLLBACK_WINDOW,
    CLEANUP,
    DONE
}
