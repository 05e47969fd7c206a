package io.godwit.events;

import io.godwit.engines.EngineId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.Tier;
import java.util.List;

/** What the provisioning service tells. */
public sealed interface ProvisioningEvent extends Event {

    /** @param epoch the epoch of the database's present route */
    record TargetPlanned(StepRef step, PlacedDatabase source, TargetPlan target, long epoch)
            implements ProvisioningEvent {}

    record TargetRefused(StepRef step, Failure failure) implements ProvisioningEvent {}

    /** A server answers and takes databases. */
    record ServerReady(String serverId, EngineId engine, Tier tier, String region, String version)
            implements ProvisioningEvent {}

    record DatabasePrepared(StepRef step, PlacedDatabase target) implements ProvisioningEvent {}

    record PreparationFailed(StepRef step, Failure failure) implements ProvisioningEvent {}

    record TargetDiscarded(StepRef step) implements ProvisioningEvent {}

    record RouteRehearsed(StepRef step) implements ProvisioningEvent {}

    /** The route could not be published now. Told apart from {@link RouteRefused}, which is said of a commit. */
    record RehearsalRefused(StepRef step, Failure failure) implements ProvisioningEvent {}

    /** @param epoch the epoch of the route that now holds */
    record RoutePublished(StepRef step, long epoch, String serverId) implements ProvisioningEvent {}

    record RouteRefused(StepRef step, Failure failure) implements ProvisioningEvent {}

    /** @param leftovers what could not be removed, empty if nothing is left */
    record SourceRetired(StepRef step, String serverId, List<String> leftovers) implements ProvisioningEvent {}

    /**
     * @param possible whether the target can begin as a standby
     * @param findings why it can or can't, for people
     */
    record StandbyInspected(StepRef step, boolean possible, List<Finding> findings) implements ProvisioningEvent {}

    /** @param percent of the server that the standby is a copy of, 0 to 100 */
    record StandbyProgressed(StepRef step, double percent, long bytes, long bytesPerSecond)
            implements ProvisioningEvent {}

    record RolesExchanged(StepRef step) implements ProvisioningEvent {}

    record ExchangeFailed(StepRef step, Failure failure) implements ProvisioningEvent {}

    record RolesRestored(StepRef step) implements ProvisioningEvent {}
}
