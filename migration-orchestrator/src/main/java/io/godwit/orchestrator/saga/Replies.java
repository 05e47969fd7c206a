package io.godwit.orchestrator.saga;

import io.godwit.events.BackupCommand.CreateSafetyBackup;
import io.godwit.events.BackupEvent.BackupCompleted;
import io.godwit.events.BackupEvent.BackupFailed;
import io.godwit.events.BackupEvent.BackupProgressed;
import io.godwit.events.BackupEvent.BackupRestored;
import io.godwit.events.BackupEvent.RestoreDiscarded;
import io.godwit.events.BackupEvent.RestoreFailed;
import io.godwit.events.BackupEvent.RestoreInspected;
import io.godwit.events.BackupEvent.RestoreProgressed;
import io.godwit.events.Command;
import io.godwit.events.Event;
import io.godwit.events.Failure;
import io.godwit.events.ProvisioningCommand.DiscardTarget;
import io.godwit.events.ProvisioningCommand.ExchangeRoles;
import io.godwit.events.ProvisioningCommand.PlanTarget;
import io.godwit.events.ProvisioningCommand.PrepareStandby;
import io.godwit.events.ProvisioningCommand.PrepareTarget;
import io.godwit.events.ProvisioningCommand.PublishRoute;
import io.godwit.events.ProvisioningCommand.RehearseRoute;
import io.godwit.events.ProvisioningCommand.RetireSource;
import io.godwit.events.ProvisioningEvent;
import io.godwit.events.ProvisioningEvent.ExchangeFailed;
import io.godwit.events.ProvisioningEvent.PreparationFailed;
import io.godwit.events.ProvisioningEvent.RehearsalRefused;
import io.godwit.events.ProvisioningEvent.RouteRefused;
import io.godwit.events.ProvisioningEvent.TargetRefused;
import io.godwit.events.ProxyCommand.HoldTraffic;
import io.godwit.events.ProxyEvent;
import io.godwit.events.ProxyEvent.DrainTimedOut;
import io.godwit.events.ProxyEvent.HoldExpired;
import io.godwit.events.ProxyEvent.PinnedSession;
import io.godwit.events.ReplicationCommand.FenceSource;
import io.godwit.events.ReplicationCommand.HandOver;
import io.godwit.events.ReplicationEvent;
import io.godwit.events.ReplicationEvent.ReplicationFailed;
import io.godwit.events.StepRef;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What an event says about the command that is being waited for. */
public final class Replies {
    private Replies() {}

    /** The command an event answers; null for an event that answers none. */
    public static @Nullable StepRef stepOf(Event event) {
        return switch (event) {
            case ReplicationEvent e -> e.step();
            case BackupCompleted e -> e.step();
            case BackupProgressed e -> e.step();
            case BackupFailed e -> e.step();
            case RestoreInspected e -> e.step();
            case RestoreProgressed e -> e.step();
            case BackupRestored e -> e.step();
            case RestoreDiscarded e -> e.step();
            case RestoreFailed e -> e.step();
            case ProvisioningEvent.TargetPlanned e -> e.step();
            case TargetRefused e -> e.step();
            case ProvisioningEvent.ServerReady _ -> null;
            case ProvisioningEvent.DatabasePrepared e -> e.step();
            case PreparationFailed e -> e.step();
            case ProvisioningEvent.TargetDiscarded e -> e.step();
            case ProvisioningEvent.RouteRehearsed e -> e.step();
            case RehearsalRefused e -> e.step();
            case ProvisioningEvent.RoutePublished e -> e.step();
            case RouteRefused e -> e.step();
            case ProvisioningEvent.SourceRetired e -> e.step();
            case ProvisioningEvent.StandbyInspected e -> e.step();
            case ProvisioningEvent.StandbyProgressed e -> e.step();
            case ProvisioningEvent.RolesExchanged e -> e.step();
            case ExchangeFailed e -> e.step();
            case ProvisioningEvent.RolesRestored e -> e.step();
            case ProxyEvent.SessionsInspected e -> e.step();
            case ProxyEvent.MigrationArmed e -> e.step();
            case ProxyEvent.TrafficHeld e -> e.step();
            case ProxyEvent.DrainCompleted e -> e.step();
            case ProxyEvent.SessionsPinned e -> e.step();
            case DrainTimedOut e -> e.step();
            case ProxyEvent.TrafficReleased e -> e.step();
            case HoldExpired e -> e.step();
            case ProxyEvent.ProxyHeartbeat _, ProxyEvent.ProxyStopped _ -> null;
        };
    }

    /** Why {@code command} was not done, if that is what the event says; otherwise null. */
    static @Nullable Failure failureOf(Event event, @Nullable Class<? extends Command> command) {
        if (command == null) {
            return null;
        }
        return switch (event) {
            case ReplicationFailed e -> e.command().equals(command.getSimpleName()) ? e.failure() : null;
            case BackupFailed e -> command == CreateSafetyBackup.class ? e.failure() : null;
            case RestoreFailed e -> e.command().equals(command.getSimpleName()) ? e.failure() : null;
            case TargetRefused e -> command == PlanTarget.class ? e.failure() : null;
            case PreparationFailed e ->
                command == PrepareTarget.class
                                || command == PrepareStandby.class
                                || command == DiscardTarget.class
                                || command == RetireSource.class
                        ? e.failure()
                        : null;
            case ExchangeFailed e -> command == ExchangeRoles.class ? e.failure() : null;
            case RehearsalRefused e -> command == RehearseRoute.class ? e.failure() : null;
            case RouteRefused e -> command == PublishRoute.class ? e.failure() : null;
            case DrainTimedOut e -> command == HoldTraffic.class ? drainTimedOut(e) : null;
            // Before the fence an open gate lets new exchanges reach the source; after it they wait. Which of the two
            // it
            // was nobody tells.
            case HoldExpired e ->
                command == HoldTraffic.class || command == HandOver.class || command == FenceSource.class
                        ? expired(e)
                        : null;
            default -> null;
        };
    }

    private static Failure drainTimedOut(DrainTimedOut event) {
        String pinned = event.pinned().stream()
                .limit(5)
                .map(PinnedSession::reason)
                .distinct()
                .collect(Collectors.joining(", "));
        return new Failure(
                Failures.DRAIN_TIMEOUT,
                event.pinned().size() + " sessions at proxy '" + event.proxyId() + "' still ran an exchange ("
                        + (pinned.isEmpty() ? "no reason given" : pinned) + ")",
                Failure.Kind.TRANSIENT);
    }

    private static Failure expired(HoldExpired event) {
        return new Failure(
                "HOLD_EXPIRED",
                "proxy '" + event.proxyId() + "' opened its gate by itself because its lease ran out",
                Failure.Kind.TRANSIENT);
    }
}
