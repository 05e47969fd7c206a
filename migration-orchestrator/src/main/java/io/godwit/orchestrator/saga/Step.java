package io.godwit.orchestrator.saga;

import io.godwit.events.MigrationPhase;

/**
 * The steps of a migration, in the order in which they are gone through; {@link #ADMIT} and {@link #REOPEN} only in a
 * rollback, {@link #INSPECT_SESSIONS} only in a dry run, {@link #CLONE}, {@link #FOLLOW} and {@link #EXCHANGE} only where the
 * target is a standby of the source's server, {@link #PROVISION} and {@link #COPY} only where it is none, {@link
 * #PREPARE_RESTORE} and {@link #FENCE} to {@link #CONFIRM_RESTORE} only where the database moves by backup and restore.
 */
public enum Step {
    PLAN(MigrationPhase.PREFLIGHT),
    INSPECT_STANDBY(MigrationPhase.PREFLIGHT),
    INSPECT(MigrationPhase.PREFLIGHT),
    INSPECT_RESTORE(MigrationPhase.PREFLIGHT),
    INSPECT_SESSIONS(MigrationPhase.PREFLIGHT),
    SAFETY_BACKUP(MigrationPhase.SAFETY_BACKUP),
    PROVISION(MigrationPhase.PROVISIONING),
    CLONE(MigrationPhase.INITIAL_SYNC),
    PREPARE_RESTORE(MigrationPhase.PROVISIONING),
    COPY(MigrationPhase.INITIAL_SYNC),
    FOLLOW(MigrationPhase.INITIAL_SYNC),
    CATCH_UP(MigrationPhase.CATCH_UP),
    VERIFY(MigrationPhase.VERIFICATION),
    ADMIT(MigrationPhase.CUTOVER),
    ARM(MigrationPhase.CUTOVER),
    REHEARSE(MigrationPhase.CUTOVER),
    HOLD(MigrationPhase.CUTOVER),
    HAND_OVER(MigrationPhase.CUTOVER),
    EXCHANGE(MigrationPhase.CUTOVER),
    FENCE(MigrationPhase.CUTOVER),
    FRESH_BACKUP(MigrationPhase.CUTOVER),
    RESTORE(MigrationPhase.CUTOVER),
    CONFIRM_RESTORE(MigrationPhase.CUTOVER),
    COMMIT(MigrationPhase.CUTOVER),
    REOPEN(MigrationPhase.CUTOVER),
    RELEASE(MigrationPhase.CUTOVER),
    ROLLBACK_WINDOW(MigrationPhase.ROLLBACK_WINDOW),
    STOP_REVERSE(MigrationPhase.CLEANUP),
    STOP_REPLICATION(MigrationPhase.CLEANUP),
    RETIRE_SOURCE(MigrationPhase.CLEANUP);

    private final MigrationPhase phase;

    Step(MigrationPhase phase) {
        this.phase = phase;
    }

    MigrationPhase phase() {
        return phase;
    }

    boolean isBefore(Step other) {
        return compareTo(other) < 0;
    }
}
