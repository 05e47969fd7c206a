package io.godwit.events;

import java.time.Instant;

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

    /** Finds out whether the target can begin as a standby of the server where the database is, and makes nothing. */
    record InspectStandby(StepRef step, TargetRequest request) implements ProvisioningCommand {}

    /**
     * Makes a server as a standby of the one where the database is: a copy of the whole server that follows it. {@link
     * DiscardTarget} takes it back.
     */
    record PrepareStandby(StepRef step, TargetRequest request) implements ProvisioningCommand {}

    /**
     * Ends the leading server cleanly and makes its standby the leader, which the other then follows. The leader must be
     * fenced.
     *
     * @param from the server that leads
     * @param to its standby
     * @param heldUntil how long every client is held for certain; what comes later is not begun
     */
    record ExchangeRoles(StepRef step, String from, String to, Instant heldUntil) implements ProvisioningCommand {}

    /**
     * Takes {@link ExchangeRoles} back, however far it came: {@code from} leads, and what {@code to} has become without it
     * is thrown away. No client may have been let in to {@code to}.
     */
    record RestoreRoles(StepRef step, String from, String to) implements ProvisioningCommand {}
}
