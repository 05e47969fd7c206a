package io.godwit.orchestrator.saga;

import io.godwit.events.BackupCommand.DiscardRestore;
import io.godwit.events.BackupEvent.RestoreDiscarded;
import io.godwit.events.Command;
import io.godwit.events.Event;
import io.godwit.events.ProvisioningCommand.DiscardTarget;
import io.godwit.events.ProvisioningCommand.RestoreRoles;
import io.godwit.events.ProvisioningEvent.RolesRestored;
import io.godwit.events.ProvisioningEvent.TargetDiscarded;
import io.godwit.events.ProxyCommand.DisarmMigration;
import io.godwit.events.ProxyCommand.ReleaseTraffic;
import io.godwit.events.ProxyEvent.TrafficReleased;
import io.godwit.events.ReplicationCommand.ClosePassage;
import io.godwit.events.ReplicationCommand.StopReplication;
import io.godwit.events.ReplicationCommand.StopReverse;
import io.godwit.events.ReplicationCommand.UnfenceSource;
import io.godwit.events.ReplicationEvent.PassageClosed;
import io.godwit.events.ReplicationEvent.ReplicationStopped;
import io.godwit.events.ReplicationEvent.ReverseStopped;
import io.godwit.events.ReplicationEvent.SourceUnfenced;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What takes a step back, in the order in which undos run: the reverse of the steps, except that clients flow again
 * first. The gates open only after the server they lead to is unfenced.
 */
@SuppressWarnings("ImmutableEnumChecker") // deadlines are records of immutable values
public enum Undo {
    RESTORE_ROLES(RestoreRoles.class, RolesRestored.class, new Deadline.Insist(Duration.ofSeconds(15), 8)),
    UNFENCE(UnfenceSource.class, SourceUnfenced.class, new Deadline.Insist(Duration.ofSeconds(5), 12)),
    RELEASE_TRAFFIC(ReleaseTraffic.class, TrafficReleased.class, new Deadline.Lapse(Duration.ofSeconds(1), 3)),
    DISARM(DisarmMigration.class, null, new Deadline.Lapse(Duration.ZERO, 1)),
    CLOSE_PASSAGE(ClosePassage.class, PassageClosed.class, new Deadline.Lapse(Duration.ofSeconds(10), 3)),
    DISCARD_RESTORE(DiscardRestore.class, RestoreDiscarded.class, new Deadline.Insist(Duration.ofSeconds(30), 10)),
    STOP_REVERSE(StopReverse.class, ReverseStopped.class, new Deadline.Insist(Duration.ofSeconds(30), 10)),
    STOP_REPLICATION(StopReplication.class, ReplicationStopped.class, new Deadline.Insist(Duration.ofSeconds(30), 10)),
    DISCARD_TARGET(DiscardTarget.class, TargetDiscarded.class, new Deadline.Insist(Duration.ofSeconds(30), 10));

    private final Class<? extends Command> command;
    private final @Nullable Class<? extends Event> confirmation;
    private final Deadline deadline;

    Undo(Class<? extends Command> command, @Nullable Class<? extends Event> confirmation, Deadline deadline) {
        this.command = command;
        this.confirmation = confirmation;
        this.deadline = deadline;
    }

    Class<? extends Command> command() {
        return command;
    }

    /** Null where the undo is a courtesy that nobody needs to confirm. */
    @Nullable
    Class<? extends Event> confirmation() {
        return confirmation;
    }

    Deadline deadline() {
        return deadline;
    }
}
