package io.godwit.replication.work;

import io.godwit.engines.DatabaseId;
import io.godwit.events.ReplicationCommand;

/**
 * One accepted command.
 *
 * @param resumed whether an earlier life of the service had accepted it, and perhaps begun
 */
record Work(long id, ReplicationCommand command, boolean resumed) {
    DatabaseId databaseId() {
        return command.step().databaseId();
    }

    String migrationId() {
        return command.step().migrationId();
    }

    String name() {
        return command.getClass().getSimpleName() + " " + id;
    }

    /** Whether applications are held until it is done. */
    boolean isAwaitedByApplications() {
        return switch (command) {
            case ReplicationCommand.FenceSource _, ReplicationCommand.HandOver _, ReplicationCommand.UnfenceSource _ ->
                true;
            case ReplicationCommand.ClosePassage _,
                    ReplicationCommand.StopReplication _,
                    ReplicationCommand.StopReverse _,
                    ReplicationCommand.InspectDatabase _,
                    ReplicationCommand.StartCopy _,
                    ReplicationCommand.FollowAsStandby _,
                    ReplicationCommand.AwaitConvergence _,
                    ReplicationCommand.VerifyCopy _,
                    ReplicationCommand.OpenPassage _,
                    ReplicationCommand.FlushToTarget _,
                    ReplicationCommand.PrepareReverse _,
                    ReplicationCommand.PrepareRestore _,
                    ReplicationCommand.ConfirmRestore _ -> false;
        };
    }

    /** Whether the command takes something back. Such work is never superseded: what comes next waits for it. */
    static boolean isUndo(ReplicationCommand command) {
        return switch (command) {
            case ReplicationCommand.ClosePassage _,
                    ReplicationCommand.StopReplication _,
                    ReplicationCommand.StopReverse _,
                    ReplicationCommand.UnfenceSource _ -> true;
            case ReplicationCommand.InspectDatabase _,
                    ReplicationCommand.StartCopy _,
                    ReplicationCommand.FollowAsStandby _,
                    ReplicationCommand.AwaitConvergence _,
                    ReplicationCommand.VerifyCopy _,
                    ReplicationCommand.FenceSource _,
                    ReplicationCommand.OpenPassage _,
                    ReplicationCommand.FlushToTarget _,
                    ReplicationCommand.PrepareReverse _,
                    ReplicationCommand.PrepareRestore _,
                    ReplicationCommand.ConfirmRestore _,
                    ReplicationCommand.HandOver _ -> false;
        };
    }
}
