package io.godwit.orchestrator.saga;

import io.godwit.engines.EngineId;
import io.godwit.engines.Login;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.SealedSecret;
import io.godwit.engines.ServerAccess;
import io.godwit.engines.ServerAddress;
import io.godwit.engines.Tier;
import io.godwit.engines.TransportSecurity;
import io.godwit.events.BackupCommand;
import io.godwit.events.BackupCommand.CreateSafetyBackup;
import io.godwit.events.BackupEvent;
import io.godwit.events.BackupEvent.BackupFailed;
import io.godwit.events.BackupEvent.RestoreFailed;
import io.godwit.events.Command;
import io.godwit.events.Event;
import io.godwit.events.Failure;
import io.godwit.events.Finding;
import io.godwit.events.ProvisioningCommand;
import io.godwit.events.ProvisioningCommand.PublishRoute;
import io.godwit.events.ProvisioningEvent.DatabasePrepared;
import io.godwit.events.ProvisioningEvent.ExchangeFailed;
import io.godwit.events.ProvisioningEvent.PreparationFailed;
import io.godwit.events.ProvisioningEvent.RehearsalRefused;
import io.godwit.events.ProvisioningEvent.RolesExchanged;
import io.godwit.events.ProvisioningEvent.RolesRestored;
import io.godwit.events.ProvisioningEvent.RoutePublished;
import io.godwit.events.ProvisioningEvent.RouteRefused;
import io.godwit.events.ProvisioningEvent.RouteRehearsed;
import io.godwit.events.ProvisioningEvent.SourceRetired;
import io.godwit.events.ProvisioningEvent.StandbyInspected;
import io.godwit.events.ProvisioningEvent.TargetDiscarded;
import io.godwit.events.ProvisioningEvent.TargetPlanned;
import io.godwit.events.ProvisioningEvent.TargetRefused;
import io.godwit.events.ProxyCommand;
import io.godwit.events.ProxyCommand.HoldTraffic;
import io.godwit.events.ProxyEvent.DrainCompleted;
import io.godwit.events.ProxyEvent.DrainTimedOut;
import io.godwit.events.ProxyEvent.MigrationArmed;
import io.godwit.events.ProxyEvent.PinnedSession;
import io.godwit.events.ProxyEvent.SessionsInspected;
import io.godwit.events.ProxyEvent.TrafficHeld;
import io.godwit.events.ProxyEvent.TrafficReleased;
import io.godwit.events.ReplicationCommand;
import io.godwit.events.ReplicationEvent;
import io.godwit.events.ReplicationEvent.ReplicationFailed;
import io.godwit.events.StepRef;
import io.godwit.events.TargetPlan;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How participants answer: one class for the tests of the decisions and those over a real broker. */
public final class Answers {
    public static final PlacedDatabase SOURCE = placed("srv_source", 15001);
    public static final PlacedDatabase TARGET = placed("srv_target", 15002);
    static final SealedSecret PASSAGE = new SealedSecret("cGFzc2FnZQ==");
    static final long FIRST_EPOCH = 7;
    static final long HELD_MICROS = 41_200;

    private Answers() {}

    /** What participants tell when all goes well, in order. */
    public static List<Event> good(Command command, Collection<String> proxies) {
        return switch (command) {
            case ProvisioningCommand c -> provisioning(c, proxies);
            case ReplicationCommand c -> List.of(replication(c));
            case BackupCommand c -> List.of(backup(c));
            case ProxyCommand c ->
                proxies.stream().flatMap(proxy -> proxy(c, proxy).stream()).toList();
        };
    }

    /** What participants tell when the command fails; null where a command can't fail but only stay unanswered. */
    static @Nullable Event bad(Command command, Failure failure) {
        return switch (command) {
            case ReplicationCommand c ->
                new ReplicationFailed(c.step(), c.getClass().getSimpleName(), failure);
            case CreateSafetyBackup c ->
                new BackupFailed(c.step(), "bkp_" + c.step().attempt(), failure);
            case BackupCommand c -> new RestoreFailed(c.step(), c.getClass().getSimpleName(), failure);
            case ProvisioningCommand.PlanTarget c -> new TargetRefused(c.step(), failure);
            case ProvisioningCommand.PrepareTarget c -> new PreparationFailed(c.step(), failure);
            case ProvisioningCommand.PrepareStandby c -> new PreparationFailed(c.step(), failure);
            case ProvisioningCommand.ExchangeRoles c -> new ExchangeFailed(c.step(), failure);
            case ProvisioningCommand.InspectStandby _, ProvisioningCommand.RestoreRoles _ -> null;
            case ProvisioningCommand.RehearseRoute c -> new RehearsalRefused(c.step(), failure);
            case PublishRoute c -> new RouteRefused(c.step(), failure);
            case ProvisioningCommand.DiscardTarget c -> new PreparationFailed(c.step(), failure);
            case ProvisioningCommand.RetireSource c -> new PreparationFailed(c.step(), failure);
            case HoldTraffic c -> new DrainTimedOut(c.step(), "proxy-a", List.of(pinned()));
            case ProxyCommand _ -> null;
        };
    }

    /** A backup is named for the attempt that it was taken in. */
    private static BackupEvent backup(BackupCommand command) {
        return switch (command) {
            case CreateSafetyBackup c ->
                new BackupEvent.BackupCompleted(c.step(), "bkp_" + c.step().attempt(), 4096, "ab12");
            case BackupCommand.InspectRestore c -> restoreInspected(c.step(), List.of());
            case BackupCommand.RestoreBackup c ->
                new BackupEvent.BackupRestored(c.step(), c.backupId(), 1000, 3, "beef");
            case BackupCommand.DiscardRestore c -> new BackupEvent.RestoreDiscarded(c.step(), List.of());
        };
    }

    static BackupEvent restoreInspected(StepRef step, List<Finding> findings) {
        return new BackupEvent.RestoreInspected(step, findings, 65536, 3000);
    }

    static PinnedSession pinned() {
        return new PinnedSession("session-1", "transaction", 5000);
    }

    private static List<Event> provisioning(ProvisioningCommand command, Collection<String> proxies) {
        StepRef step = command.step();
        return switch (command) {
            case ProvisioningCommand.PlanTarget _ ->
                List.of(new TargetPlanned(
                        step, SOURCE, new TargetPlan(Tier.DEDICATED, "local", null, "process", "15"), FIRST_EPOCH));
            case ProvisioningCommand.PrepareTarget _ -> List.of(new DatabasePrepared(step, TARGET));
            case ProvisioningCommand.InspectStandby _ -> List.of(new StandbyInspected(step, false, List.of()));
            case ProvisioningCommand.PrepareStandby _ -> List.of(new DatabasePrepared(step, TARGET));
            case ProvisioningCommand.ExchangeRoles _ -> List.of(new RolesExchanged(step));
            case ProvisioningCommand.RestoreRoles _ -> List.of(new RolesRestored(step));
            case ProvisioningCommand.DiscardTarget _ -> List.of(new TargetDiscarded(step));
            case ProvisioningCommand.RehearseRoute _ -> List.of(new RouteRehearsed(step));
            case PublishRoute c -> {
                List<Event> events = new ArrayList<>();
                events.add(new RoutePublished(step, c.expectedEpoch() + 1, c.serverId()));
                proxies.forEach(
                        proxy -> events.add(new TrafficReleased(step, proxy, c.expectedEpoch() + 1, 12, HELD_MICROS)));
                yield events;
            }
            case ProvisioningCommand.RetireSource c -> List.of(new SourceRetired(step, c.serverId(), List.of()));
        };
    }

    private static ReplicationEvent replication(ReplicationCommand command) {
        StepRef step = command.step();
        return switch (command) {
            case ReplicationCommand.InspectDatabase _ -> inspected(step, List.of());
            case ReplicationCommand.StartCopy _ -> new ReplicationEvent.InitialSyncCompleted(step, 1000, 65536, 500);
            case ReplicationCommand.FollowAsStandby _ ->
                new ReplicationEvent.InitialSyncCompleted(step, 1000, 65536, 500);
            case ReplicationCommand.AwaitConvergence _ -> new ReplicationEvent.LagConverged(step, 10, 5);
            case ReplicationCommand.VerifyCopy _ -> new ReplicationEvent.CopyVerified(step, 1000, 3, 5, 1, "cafe");
            case ReplicationCommand.FenceSource _ -> new ReplicationEvent.SourceFenced(step, "0/ABC" + step.attempt());
            case ReplicationCommand.OpenPassage c ->
                new ReplicationEvent.PassageOpened(
                        step, new Login(c.database().owner().user(), PASSAGE));
            case ReplicationCommand.ClosePassage _ -> new ReplicationEvent.PassageClosed(step);
            case ReplicationCommand.UnfenceSource _ -> new ReplicationEvent.SourceUnfenced(step);
            case ReplicationCommand.FlushToTarget c -> new ReplicationEvent.TargetCaughtUp(step, c.position(), 2);
            case ReplicationCommand.PrepareReverse _ -> new ReplicationEvent.ReverseStreaming(step);
            case ReplicationCommand.HandOver _ -> new ReplicationEvent.HandedOver(step, "0/ABC" + step.attempt(), 2);
            case ReplicationCommand.PrepareRestore _ -> new ReplicationEvent.RestorePrepared(step);
            case ReplicationCommand.ConfirmRestore _ -> new ReplicationEvent.RestoreConfirmed(step, 2);
            case ReplicationCommand.StopReverse _ -> new ReplicationEvent.ReverseStopped(step, List.of());
            case ReplicationCommand.StopReplication _ -> new ReplicationEvent.ReplicationStopped(step, List.of());
        };
    }

    static ReplicationEvent inspected(StepRef step, List<Finding> findings) {
        return new ReplicationEvent.DatabaseInspected(step, "logical", findings, 65536, 1000, 3);
    }

    private static List<Event> proxy(ProxyCommand command, String proxy) {
        StepRef step = command.step();
        return switch (command) {
            case ProxyCommand.ArmMigration _, ProxyCommand.ArmRollback _ ->
                List.of(new MigrationArmed(step, proxy, 4, List.of()));
            case ProxyCommand.InspectSessions _ -> List.of(new SessionsInspected(step, proxy, 4, 1, List.of(pinned())));
            case HoldTraffic _ -> List.of(new TrafficHeld(step, proxy), new DrainCompleted(step, proxy, 4, 0));
            case ProxyCommand.ReleaseTraffic c -> List.of(new TrafficReleased(step, proxy, c.epoch(), 3, 900));
            case ProxyCommand.DisarmMigration _ -> List.of();
        };
    }

    private static PlacedDatabase placed(String serverId, int port) {
        Login login = new Login("orders__acme", new SealedSecret("c2VhbGVk"));
        ServerAccess server = new ServerAccess(
                serverId,
                EngineId.POSTGRESQL,
                "15.18",
                new ServerAddress("127.0.0.1", port),
                TransportSecurity.VERIFY_CA,
                login,
                login);
        return new PlacedDatabase(server, "orders__acme", login);
    }
}
