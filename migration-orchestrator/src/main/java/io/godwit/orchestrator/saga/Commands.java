package io.godwit.orchestrator.saga;

import io.godwit.engines.Login;
import io.godwit.engines.PlacedDatabase;
import io.godwit.events.BackupCommand.CreateSafetyBackup;
import io.godwit.events.BackupCommand.DiscardRestore;
import io.godwit.events.BackupCommand.InspectRestore;
import io.godwit.events.BackupCommand.RestoreBackup;
import io.godwit.events.BackupEvent.BackupCompleted;
import io.godwit.events.Command;
import io.godwit.events.ProvisioningCommand.DiscardTarget;
import io.godwit.events.ProvisioningCommand.ExchangeRoles;
import io.godwit.events.ProvisioningCommand.InspectStandby;
import io.godwit.events.ProvisioningCommand.PlanTarget;
import io.godwit.events.ProvisioningCommand.PrepareStandby;
import io.godwit.events.ProvisioningCommand.PrepareTarget;
import io.godwit.events.ProvisioningCommand.PublishRoute;
import io.godwit.events.ProvisioningCommand.RehearseRoute;
import io.godwit.events.ProvisioningCommand.RestoreRoles;
import io.godwit.events.ProvisioningCommand.RetireSource;
import io.godwit.events.ProxyCommand.ArmMigration;
import io.godwit.events.ProxyCommand.ArmRollback;
import io.godwit.events.ProxyCommand.Backend;
import io.godwit.events.ProxyCommand.DisarmMigration;
import io.godwit.events.ProxyCommand.HoldTraffic;
import io.godwit.events.ProxyCommand.InspectSessions;
import io.godwit.events.ProxyCommand.OnDrainTimeout;
import io.godwit.events.ProxyCommand.ReleaseTraffic;
import io.godwit.events.ReplicationCommand.AwaitConvergence;
import io.godwit.events.ReplicationCommand.ClosePassage;
import io.godwit.events.ReplicationCommand.ConfirmRestore;
import io.godwit.events.ReplicationCommand.FenceSource;
import io.godwit.events.ReplicationCommand.FollowAsStandby;
import io.godwit.events.ReplicationCommand.HandOver;
import io.godwit.events.ReplicationCommand.InspectDatabase;
import io.godwit.events.ReplicationCommand.OpenPassage;
import io.godwit.events.ReplicationCommand.PrepareRestore;
import io.godwit.events.ReplicationCommand.StartCopy;
import io.godwit.events.ReplicationCommand.StopReplication;
import io.godwit.events.ReplicationCommand.StopReverse;
import io.godwit.events.ReplicationCommand.UnfenceSource;
import io.godwit.events.ReplicationCommand.VerifyCopy;
import io.godwit.events.ReplicationEvent.PassageOpened;
import io.godwit.events.StepRef;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The commands of the table's rows, filled in with what is known of a migration. */
final class Commands {
    private Commands() {}

    /** Null where a step sends nothing. */
    static @Nullable Command toEnter(Step step, Migration m) {
        StepRef ref = m.ref();
        // Renewed holds count up; what is asked for again while they last is the same.
        StepRef kept = m.firstRef();
        return switch (step) {
            case PLAN -> new PlanTarget(ref, m.request());
            // The target's access is not known before it is prepared; what depends on it is checked there.
            case INSPECT_STANDBY -> new InspectStandby(ref, m.request());
            case INSPECT -> new InspectDatabase(ref, m.source(), null);
            case INSPECT_RESTORE -> new InspectRestore(ref, m.source());
            case INSPECT_SESSIONS -> new InspectSessions(ref);
            case SAFETY_BACKUP -> new CreateSafetyBackup(ref, m.source());
            case PROVISION -> new PrepareTarget(ref, m.request());
            case CLONE -> new PrepareStandby(ref, m.request());
            case PREPARE_RESTORE -> new PrepareRestore(ref, m.source(), m.target());
            case COPY -> new StartCopy(ref, m.source(), m.target());
            case FOLLOW -> new FollowAsStandby(ref, m.source(), m.target());
            case CATCH_UP ->
                new AwaitConvergence(
                        ref,
                        m.from(),
                        m.to(),
                        m.terms().maxLag().toMillis(),
                        m.terms().lagSamples());
            case VERIFY -> new VerifyCopy(ref, m.source(), m.target());
            case ADMIT -> new OpenPassage(ref, m.to());
            case ARM -> arm(m);
            case REHEARSE -> new RehearseRoute(ref, m.epoch(), m.to().server().serverId());
            case HOLD ->
                hold(m, m.terms().lease(), m.cutover().forceNext() ? OnDrainTimeout.FORCE : OnDrainTimeout.ABORT);
            case HAND_OVER -> new HandOver(ref, m.from(), m.to(), keepsAWayBack(m), heldUntil(m));
            case EXCHANGE ->
                new ExchangeRoles(
                        ref, m.from().server().serverId(), m.to().server().serverId(), heldUntil(m));
            case FENCE -> new FenceSource(ref, m.from(), heldUntil(m));
            case FRESH_BACKUP -> new CreateSafetyBackup(kept, m.from());
            case RESTORE ->
                new RestoreBackup(
                        kept, m.learned().require(BackupCompleted.class).backupId(), m.to());
            case CONFIRM_RESTORE -> new ConfirmRestore(kept, m.source(), m.target());
            case REOPEN -> new UnfenceSource(ref, m.to());
            case COMMIT -> new PublishRoute(ref, m.epoch(), m.to().server().serverId());
            case RELEASE, ROLLBACK_WINDOW -> null;
            case STOP_REVERSE -> new StopReverse(ref, m.source(), m.target());
            case STOP_REPLICATION -> new StopReplication(ref, m.source(), m.target());
            case RETIRE_SOURCE -> new RetireSource(ref, m.from().server().serverId());
        };
    }

    static Command toUndo(Undo undo, Migration m) {
        StepRef ref = m.ref();
        return switch (undo) {
            case RESTORE_ROLES ->
                new RestoreRoles(
                        ref, m.from().server().serverId(), m.to().server().serverId());
            case UNFENCE -> new UnfenceSource(ref, m.from());
            case RELEASE_TRAFFIC -> new ReleaseTraffic(ref, m.epoch());
            case DISARM -> new DisarmMigration(ref);
            case CLOSE_PASSAGE -> new ClosePassage(ref, m.to());
            case DISCARD_RESTORE -> new DiscardRestore(ref, m.target());
            case STOP_REVERSE -> new StopReverse(ref, m.source(), m.target());
            case STOP_REPLICATION -> new StopReplication(ref, m.source(), m.target());
            case DISCARD_TARGET -> new DiscardTarget(ref);
        };
    }

    /**
     * Holds on while the source is fenced, or holds anew where a lease ran out: then exchanges wait for the fenced source
     * and must not be cut.
     */
    static Command toKeepHolding(Migration m) {
        return hold(m, Terms.RENEWED_LEASE, OnDrainTimeout.ABORT);
    }

    private static Command arm(Migration m) {
        return m.place().course() == Course.ROLLBACK
                ? new ArmRollback(m.ref(), m.epoch(), backend(m.to()), passage(m))
                : new ArmMigration(m.ref(), m.epoch(), backend(m.to()));
    }

    /** The way into a standby is shut until the route leads there: what is opened ahead with the usual login is refused. */
    private static Login passage(Migration m) {
        return m.movesAsStandby()
                ? m.to().owner()
                : m.learned().require(PassageOpened.class).login();
    }

    private static HoldTraffic hold(Migration m, Duration lease, OnDrainTimeout onDrainTimeout) {
        return new HoldTraffic(
                m.ref(), m.epoch(), lease.toMillis(), m.terms().drain().toMillis(), onDrainTimeout);
    }

    private static Instant heldUntil(Migration m) {
        return m.cutover().heldUntil(m.terms());
    }

    /** A rollback is the last move; behind it the database is given up. */
    private static boolean keepsAWayBack(Migration m) {
        return m.place().course() == Course.FORWARD && StepDefinition.Condition.WINDOW_KEPT.holds(m);
    }

    private static Backend backend(PlacedDatabase database) {
        return new Backend(
                database.server().serverId(),
                database.server().address(),
                database.server().security(),
                database.databaseName(),
                database.owner());
    }
}
