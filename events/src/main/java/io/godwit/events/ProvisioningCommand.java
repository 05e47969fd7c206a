package io.godwit.events;

/** What the orchestrator asks of the provisioning service. */
public sealed interface ProvisioningCommand extends Command {

    /** Finds out where the database is and where it would go, and makes nothing. */
    record PlanTarget(StepRef step, TargetRequest request) implements ProvisioningCommand {}

    /** Makes the server if there is none, and the empty database with its roles on it. */
    record PrepareTarget(StepRef step, TargetRequest request) implements ProvisioningCommand {}

    /** Removes what {@link PrepareTarget} made for this migration, if anything. */
    record DiscardTarget(StepRef step) implements ProvisioningCommand {}

    /**
     * Goes through {@link PublishRoute} and takes it back, so that it is known before applications wait that it can be
     * done and that somebody is there to do it.
     *
     * @param expectedEpoch the epoch the route must have
     */
    record RehearseRoute(StepRef step, long expectedEpoch, String serverId) implements ProvisioningCommand {}

    /**
     * Makes a server the database's home: the one durable commit point of a move.
     *
     * @param expectedEpoch the epoch the route must have for this to happen; the new route has the next one
     */
    record PublishRoute(StepRef step, long expectedEpoch, String serverId) implements ProvisioningCommand {}

    /** Removes the database from a server that is no longer its home, and the server if Godwit made it for that. */
    record RetireSource(StepRef step, String serverId) implements ProvisioningCommand {}
}
