package io.godwit.orchestrator.saga;

import static io.godwit.orchestrator.saga.Step.ADMIT;
import static io.godwit.orchestrator.saga.Step.ARM;
import static io.godwit.orchestrator.saga.Step.CATCH_UP;
import static io.godwit.orchestrator.saga.Step.CLONE;
import static io.godwit.orchestrator.saga.Step.COMMIT;
import static io.godwit.orchestrator.saga.Step.CONFIRM_RESTORE;
import static io.godwit.orchestrator.saga.Step.COPY;
import static io.godwit.orchestrator.saga.Step.EXCHANGE;
import static io.godwit.orchestrator.saga.Step.FENCE;
import static io.godwit.orchestrator.saga.Step.FOLLOW;
import static io.godwit.orchestrator.saga.Step.FRESH_BACKUP;
import static io.godwit.orchestrator.saga.Step.HAND_OVER;
import static io.godwit.orchestrator.saga.Step.HOLD;
import static io.godwit.orchestrator.saga.Step.INSPECT;
import static io.godwit.orchestrator.saga.Step.INSPECT_RESTORE;
import static io.godwit.orchestrator.saga.Step.INSPECT_SESSIONS;
import static io.godwit.orchestrator.saga.Step.INSPECT_STANDBY;
import static io.godwit.orchestrator.saga.Step.PLAN;
import static io.godwit.orchestrator.saga.Step.PREPARE_RESTORE;
import static io.godwit.orchestrator.saga.Step.PROVISION;
import static io.godwit.orchestrator.saga.Step.REHEARSE;
import static io.godwit.orchestrator.saga.Step.RELEASE;
import static io.godwit.orchestrator.saga.Step.REOPEN;
import static io.godwit.orchestrator.saga.Step.RESTORE;
import static io.godwit.orchestrator.saga.Step.RETIRE_SOURCE;
import static io.godwit.orchestrator.saga.Step.ROLLBACK_WINDOW;
import static io.godwit.orchestrator.saga.Step.SAFETY_BACKUP;
import static io.godwit.orchestrator.saga.Step.STOP_REPLICATION;
import static io.godwit.orchestrator.saga.Step.STOP_REVERSE;
import static io.godwit.orchestrator.saga.Step.VERIFY;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import io.godwit.events.BackupCommand.CreateSafetyBackup;
import io.godwit.events.BackupCommand.InspectRestore;
import io.godwit.events.BackupCommand.RestoreBackup;
import io.godwit.events.BackupEvent.BackupCompleted;
import io.godwit.events.BackupEvent.BackupProgressed;
import io.godwit.events.BackupEvent.BackupRestored;
import io.godwit.events.BackupEvent.RestoreInspected;
import io.godwit.events.BackupEvent.RestoreProgressed;
import io.godwit.events.Command;
import io.godwit.events.Event;
import io.godwit.events.MigrationStatus;
import io.godwit.events.ProvisioningCommand.ExchangeRoles;
import io.godwit.events.ProvisioningCommand.InspectStandby;
import io.godwit.events.ProvisioningCommand.PlanTarget;
import io.godwit.events.ProvisioningCommand.PrepareStandby;
import io.godwit.events.ProvisioningCommand.PrepareTarget;
import io.godwit.events.ProvisioningCommand.PublishRoute;
import io.godwit.events.ProvisioningCommand.RehearseRoute;
import io.godwit.events.ProvisioningCommand.RetireSource;
import io.godwit.events.ProvisioningEvent.DatabasePrepared;
import io.godwit.events.ProvisioningEvent.RolesExchanged;
import io.godwit.events.ProvisioningEvent.RoutePublished;
import io.godwit.events.ProvisioningEvent.RouteRehearsed;
import io.godwit.events.ProvisioningEvent.SourceRetired;
import io.godwit.events.ProvisioningEvent.StandbyInspected;
import io.godwit.events.ProvisioningEvent.StandbyProgressed;
import io.godwit.events.ProvisioningEvent.TargetPlanned;
import io.godwit.events.ProxyCommand.ArmMigration;
import io.godwit.events.ProxyCommand.ArmRollback;
import io.godwit.events.ProxyCommand.HoldTraffic;
import io.godwit.events.ProxyCommand.InspectSessions;
import io.godwit.events.ProxyEvent.DrainCompleted;
import io.godwit.events.ProxyEvent.MigrationArmed;
import io.godwit.events.ProxyEvent.SessionsInspected;
import io.godwit.events.ProxyEvent.TrafficReleased;
import io.godwit.events.ReplicationCommand.AwaitConvergence;
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
import io.godwit.events.ReplicationEvent.CopyVerified;
import io.godwit.events.ReplicationEvent.DatabaseInspected;
import io.godwit.events.ReplicationEvent.HandedOver;
import io.godwit.events.ReplicationEvent.InitialSyncCompleted;
import io.godwit.events.ReplicationEvent.InitialSyncProgressed;
import io.godwit.events.ReplicationEvent.LagConverged;
import io.godwit.events.ReplicationEvent.LagMeasured;
import io.godwit.events.ReplicationEvent.PassageOpened;
import io.godwit.events.ReplicationEvent.ReplicationStopped;
import io.godwit.events.ReplicationEvent.RestoreConfirmed;
import io.godwit.events.ReplicationEvent.RestorePrepared;
import io.godwit.events.ReplicationEvent.ReverseStopped;
import io.godwit.events.ReplicationEvent.SourceFenced;
import io.godwit.events.ReplicationEvent.SourceUnfenced;
import io.godwit.orchestrator.saga.Deadline.Ask;
import io.godwit.orchestrator.saga.Deadline.Insist;
import io.godwit.orchestrator.saga.Deadline.Keep;
import io.godwit.orchestrator.saga.Deadline.Lapse;
import io.godwit.orchestrator.saga.Deadline.Pause;
import io.godwit.orchestrator.saga.Deadline.UntilAnswered;
import io.godwit.orchestrator.saga.Deadline.Window;
import io.godwit.orchestrator.saga.StepDefinition.Condition;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The saga, one screen: what each step sends, awaits, how long, where a new attempt begins, and what undoes it. A
 * released version never changes; a change is the next version.
 */
public final class MigrationSaga {
    /** Stored with each migration. */
    public static final int VERSION = 1;

    private static final @Nullable Step ONWARD = null;
    private static final Deadline SHORT = new Ask(ofSeconds(15), 3, ofHours(1));
    private static final Deadline MAKE = new Ask(ofMinutes(1), 5, ofHours(1));

    /** Building the indexes of a large table may take long without a sign of progress. */
    private static final Deadline LONG = new Ask(ofMinutes(1), 60, ofDays(14));

    private static final Deadline LAG = new Ask(ofSeconds(30), 4, ofHours(6));
    private static final Deadline COMPARE = new Ask(ofMinutes(2), 360, ofHours(12));
    private static final Deadline ARMED = new Ask(ofSeconds(5), 3, ofMinutes(1));

    /** Whoever is to let the clients go must be there before they are held; nobody is in a hurry until then. */
    private static final Deadline THERE = new Ask(ofSeconds(5), 12, ofMinutes(5));

    private static final Deadline PAUSE = new Pause();
    private static final Deadline ANSWER = new UntilAnswered(ofSeconds(1));
    private static final Deadline REOPENED = new Insist(ofSeconds(5), 12);
    private static final Deadline LAPSE = new Lapse(ofSeconds(5), 1);

    /** A person waits for the answers of a dry run. */
    static final Lapse SOON = new Lapse(ofSeconds(3), 1);

    private static final Deadline KEPT = new Keep(ofSeconds(5), 6, 20);
    private static final Deadline CLEAN = new Insist(ofSeconds(30), 10);

    static final List<StepDefinition> FORWARD = List.of(
            row(PLAN, PlanTarget.class, TargetPlanned.class, SHORT, PLAN),
            row(INSPECT_STANDBY, InspectStandby.class, StandbyInspected.class, SHORT, PLAN)
                    .onlyIf(Condition.TO_DEDICATED),
            row(INSPECT, InspectDatabase.class, DatabaseInspected.class, SHORT, PLAN),
            row(INSPECT_RESTORE, InspectRestore.class, RestoreInspected.class, SHORT, PLAN)
                    .onlyIf(Condition.MAY_FALL_BACK),
            row(INSPECT_SESSIONS, InspectSessions.class, SessionsInspected.class, SOON, PLAN)
                    .onlyIf(Condition.DRY_RUN),
            row(SAFETY_BACKUP, CreateSafetyBackup.class, BackupCompleted.class, LONG, SAFETY_BACKUP)
                    .reporting(BackupProgressed.class),
            row(PROVISION, PrepareTarget.class, DatabasePrepared.class, MAKE, PROVISION, Undo.DISCARD_TARGET)
                    .onlyIf(Condition.BY_ITSELF),
            row(CLONE, PrepareStandby.class, DatabasePrepared.class, LONG, PROVISION, Undo.DISCARD_TARGET)
                    .reporting(StandbyProgressed.class)
                    .onlyIf(Condition.AS_STANDBY),
            row(
                            COPY,
                            StartCopy.class,
                            InitialSyncCompleted.class,
                            LONG,
                            PROVISION,
                            Undo.STOP_REPLICATION,
                            Undo.STOP_REVERSE)
                    .reporting(InitialSyncProgressed.class)
                    .onlyIf(Condition.BY_ITSELF),
            row(
                            FOLLOW,
                            FollowAsStandby.class,
                            InitialSyncCompleted.class,
                            MAKE,
                            PROVISION,
                            Undo.STOP_REPLICATION,
                            Undo.STOP_REVERSE)
                    .onlyIf(Condition.AS_STANDBY),
            row(CATCH_UP, AwaitConvergence.class, LagConverged.class, LAG, PROVISION)
                    .reporting(LagMeasured.class),
            row(VERIFY, VerifyCopy.class, CopyVerified.class, COMPARE, PROVISION)
                    .onlyIf(Condition.NOT_VERIFIED),
            row(ARM, ArmMigration.class, MigrationArmed.class, ARMED, CATCH_UP, Undo.DISARM),
            row(REHEARSE, RehearseRoute.class, RouteRehearsed.class, THERE, CATCH_UP),
            row(HOLD, HoldTraffic.class, DrainCompleted.class, PAUSE, CATCH_UP, Undo.RELEASE_TRAFFIC),
            row(HAND_OVER, HandOver.class, HandedOver.class, PAUSE, CATCH_UP, Undo.UNFENCE, Undo.STOP_REVERSE),
            row(EXCHANGE, ExchangeRoles.class, RolesExchanged.class, PAUSE, PROVISION, Undo.RESTORE_ROLES)
                    .onlyIf(Condition.AS_STANDBY),
            row(COMMIT, PublishRoute.class, RoutePublished.class, ANSWER, CATCH_UP),
            row(RELEASE, null, TrafficReleased.class, LAPSE, ONWARD),
            row(ROLLBACK_WINDOW, null, null, new Window(), ONWARD).onlyIf(Condition.WINDOW_KEPT),
            row(STOP_REVERSE, StopReverse.class, ReverseStopped.class, CLEAN, ONWARD),
            row(STOP_REPLICATION, StopReplication.class, ReplicationStopped.class, CLEAN, ONWARD),
            row(RETIRE_SOURCE, RetireSource.class, SourceRetired.class, CLEAN, ONWARD));

    /**
     * The move by backup and restore: everything from the drain to the commit happens while clients are held. Afterwards
     * the source stands still, fenced, until the window ends; it does not follow, so nothing can be rolled back.
     */
    static final List<StepDefinition> FALLBACK = List.of(
            row(SAFETY_BACKUP, CreateSafetyBackup.class, BackupCompleted.class, LONG, SAFETY_BACKUP)
                    .reporting(BackupProgressed.class)
                    .onlyIf(Condition.NOT_BACKED_UP),
            row(PROVISION, PrepareTarget.class, DatabasePrepared.class, MAKE, PROVISION, Undo.DISCARD_TARGET),
            row(PREPARE_RESTORE, PrepareRestore.class, RestorePrepared.class, MAKE, PROVISION, Undo.STOP_REPLICATION),
            row(REHEARSE, RehearseRoute.class, RouteRehearsed.class, THERE, REHEARSE),
            row(HOLD, HoldTraffic.class, DrainCompleted.class, PAUSE, REHEARSE, Undo.RELEASE_TRAFFIC),
            row(FENCE, FenceSource.class, SourceFenced.class, PAUSE, REHEARSE, Undo.UNFENCE),
            row(FRESH_BACKUP, CreateSafetyBackup.class, BackupCompleted.class, KEPT, REHEARSE)
                    .reporting(BackupProgressed.class),
            row(RESTORE, RestoreBackup.class, BackupRestored.class, KEPT, REHEARSE, Undo.DISCARD_RESTORE)
                    .reporting(RestoreProgressed.class),
            row(CONFIRM_RESTORE, ConfirmRestore.class, RestoreConfirmed.class, KEPT, REHEARSE),
            row(COMMIT, PublishRoute.class, RoutePublished.class, ANSWER, REHEARSE),
            row(RELEASE, null, TrafficReleased.class, LAPSE, ONWARD),
            row(ROLLBACK_WINDOW, null, null, new Window(), ONWARD).onlyIf(Condition.WINDOW_KEPT),
            row(STOP_REPLICATION, StopReplication.class, ReplicationStopped.class, CLEAN, ONWARD),
            row(RETIRE_SOURCE, RetireSource.class, SourceRetired.class, CLEAN, ONWARD));

    /**
     * The same cutover with the sides swapped, over the reverse stream. The old source takes clients again only when the
     * route leads there: a proxy that never heard of the move would bring it writes that a failed rollback loses. Until
     * then it admits connections that proxies open ahead with a secret, and no others.
     */
    static final List<StepDefinition> ROLLBACK = backwards(
            row(CATCH_UP, AwaitConvergence.class, LagConverged.class, LAG, CATCH_UP)
                    .reporting(LagMeasured.class),
            row(ADMIT, OpenPassage.class, PassageOpened.class, SHORT, CATCH_UP, Undo.CLOSE_PASSAGE)
                    .onlyIf(Condition.BY_ITSELF),
            row(ARM, ArmRollback.class, MigrationArmed.class, ARMED, CATCH_UP, Undo.DISARM),
            row(REHEARSE, RehearseRoute.class, RouteRehearsed.class, THERE, CATCH_UP),
            row(HOLD, HoldTraffic.class, DrainCompleted.class, PAUSE, CATCH_UP, Undo.RELEASE_TRAFFIC),
            row(HAND_OVER, HandOver.class, HandedOver.class, PAUSE, CATCH_UP, Undo.UNFENCE),
            row(EXCHANGE, ExchangeRoles.class, RolesExchanged.class, PAUSE, CATCH_UP, Undo.RESTORE_ROLES)
                    .onlyIf(Condition.AS_STANDBY),
            row(COMMIT, PublishRoute.class, RoutePublished.class, ANSWER, CATCH_UP),
            row(REOPEN, UnfenceSource.class, SourceUnfenced.class, REOPENED, ONWARD),
            row(RELEASE, null, TrafficReleased.class, LAPSE, ONWARD),
            row(STOP_REVERSE, StopReverse.class, ReverseStopped.class, CLEAN, ONWARD),
            row(STOP_REPLICATION, StopReplication.class, ReplicationStopped.class, CLEAN, ONWARD),
            row(RETIRE_SOURCE, RetireSource.class, SourceRetired.class, CLEAN, ONWARD));

    private MigrationSaga() {}

    static List<StepDefinition> table(Course course) {
        return switch (course) {
            case FORWARD -> FORWARD;
            case FALLBACK -> FALLBACK;
            case ROLLBACK -> ROLLBACK;
        };
    }

    static StepDefinition definition(Course course, Step step) {
        return table(course).stream()
                .filter(definition -> definition.step() == step)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("step " + step + " is not in the table " + course));
    }

    /** The row after a step's; null after the last one. */
    static @Nullable StepDefinition after(Course course, Step step) {
        List<StepDefinition> table = table(course);
        int next = table.indexOf(definition(course, step)) + 1;
        return next < table.size() ? table.get(next) : null;
    }

    private static StepDefinition row(
            Step step,
            @Nullable Class<? extends Command> command,
            @Nullable Class<? extends Event> awaits,
            Deadline deadline,
            @Nullable Step retryFrom,
            Undo... undos) {
        return new StepDefinition(
                step, status(step), command, awaits, null, deadline, retryFrom, Condition.ALWAYS, List.of(undos));
    }

    private static MigrationStatus status(Step step) {
        return switch (step.phase()) {
            case PREFLIGHT -> MigrationStatus.PENDING;
            case SAFETY_BACKUP, PROVISIONING, INITIAL_SYNC, CATCH_UP, VERIFICATION -> MigrationStatus.MIGRATING_SYNC;
            case CUTOVER -> MigrationStatus.MIGRATING;
            case ROLLBACK_WINDOW, CLEANUP, DONE -> MigrationStatus.READY;
        };
    }

    private static List<StepDefinition> backwards(StepDefinition... rows) {
        return Stream.of(rows)
                .map(row -> row.status() == MigrationStatus.READY ? row.showing(MigrationStatus.ROLLED_BACK) : row)
                .toList();
    }
}
