package io.godwit.provisioning.target;

import io.godwit.events.ProvisioningCommand.DiscardTarget;
import io.godwit.events.ProvisioningCommand.RetireSource;
import io.godwit.events.ProvisioningEvent.SourceRetired;
import io.godwit.events.ProvisioningEvent.TargetDiscarded;
import io.godwit.events.StepRef;
import io.godwit.provisioning.placement.PlacementRemoval;
import io.godwit.provisioning.registry.Placement;
import io.godwit.provisioning.registry.PlacementRepository;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Removes databases that a migration has no more use for: its target when it failed, its source when it succeeded. */
@Component
class TargetRemoval {
    private final PlacementRepository placements;
    private final PlacementRemoval removal;

    TargetRemoval(PlacementRepository placements, PlacementRemoval removal) {
        this.placements = placements;
        this.removal = removal;
    }

    /** What can't be removed now is left to the reconciler: the migration need not wait for it. */
    Conclusion discard(DiscardTarget command) {
        StepRef step = command.step();
        placements.findByDatabaseId(step.databaseId().toString()).stream()
                .filter(placement -> placement.isOf(step.migrationId()))
                .filter(placement -> switch (placement.state()) {
                    case PREPARING, PREPARED, REMOVING -> true;
                    // Published, or the source of a move that was: no target any more.
                    case HOME, FORMER -> false;
                })
                .forEach(placement -> removal.remove(placement.id(), step.migrationId()));
        return () -> new TargetDiscarded(step);
    }

    Conclusion retire(RetireSource command) {
        List<String> leftovers =
                placements
                        .findByDatabaseIdAndServerId(command.step().databaseId().toString(), command.serverId())
                        .stream()
                        .flatMap(placement -> retire(placement, command.step()).stream())
                        .toList();
        return () -> new SourceRetired(command.step(), command.serverId(), leftovers);
    }

    private List<String> retire(Placement placement, StepRef step) {
        Optional<String> objection =
                switch (placement.state()) {
                    case REMOVING -> Optional.empty();
                    case HOME -> Optional.of("is its home");
                    case PREPARING, PREPARED, FORMER ->
                        placement.isOf(step.migrationId())
                                ? Optional.empty()
                                : Optional.of("belongs to migration " + placement.migrationId());
                };
        return objection
                .map(reason -> List.of("database " + placement.databaseName() + " on server " + placement.serverId()
                        + " was kept: it " + reason))
                .orElseGet(() -> removal.remove(placement.id(), step.migrationId()));
    }
}
