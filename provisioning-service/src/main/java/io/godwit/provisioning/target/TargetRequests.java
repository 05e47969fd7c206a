package io.godwit.provisioning.target;

import io.godwit.engines.DatabaseId;
import io.godwit.events.StepRef;
import io.godwit.events.TargetRequest;
import io.godwit.provisioning.engine.ProvisioningException;
import io.godwit.provisioning.registry.Placement;
import io.godwit.provisioning.registry.PlacementRepository;
import io.godwit.provisioning.registry.PlacementState;
import io.godwit.provisioning.registry.TenantDatabase;
import io.godwit.provisioning.registry.TenantDatabaseRepository;
import io.godwit.provisioning.server.RegionName;
import io.godwit.provisioning.server.ServerWish;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Understands where a migration is to lead. Used inside a transaction. */
@Component
class TargetRequests {
    private final TenantDatabaseRepository databases;
    private final PlacementRepository placements;

    TargetRequests(TenantDatabaseRepository databases, PlacementRepository placements) {
        this.databases = databases;
        this.placements = placements;
    }

    TenantDatabase requireLocked(DatabaseId id) {
        TenantDatabase database = databases
                .findAndLock(id.toString())
                .orElseThrow(() ->
                        ProvisioningException.refused("DATABASE_NOT_FOUND", "Database " + id + " does not exist"));
        if (database.unfinished() != null) {
            throw ProvisioningException.conflict("DATABASE_BUSY", "Database " + id + " is just being made");
        }
        return database;
    }

    Placement requireHome(DatabaseId id) {
        return placements
                .findHome(id.toString())
                .orElseThrow(() -> new IllegalStateException("database " + id + " has no home; expected one"));
    }

    ServerWish wish(TenantDatabase database, Placement home, TargetRequest request) {
        return new ServerWish(
                database.id(),
                database.engine(),
                request.to(),
                region(database, request),
                request.serverId(),
                home.serverId());
    }

    /** What an earlier attempt of the same command has written down. */
    Optional<Placement> earlier(StepRef step) {
        List<Placement> underWay = placements.findByDatabaseId(step.databaseId().toString()).stream()
                .filter(placement -> switch (placement.state()) {
                    case PREPARING, PREPARED, FORMER -> true;
                    case HOME, REMOVING -> false;
                })
                .toList();
        for (Placement placement : underWay) {
            if (!placement.isOf(step.migrationId()) || placement.state() == PlacementState.FORMER) {
                throw ProvisioningException.conflict(
                        "MIGRATION_IN_PROGRESS",
                        "Database " + step.databaseId() + " is held on server " + placement.serverId()
                                + " by migration " + placement.migrationId() + "; expected no other migration");
            }
        }
        return underWay.stream().findFirst();
    }

    private static @Nullable String region(TenantDatabase database, TargetRequest request) {
        if (request.region() != null) {
            return RegionName.require(request.region());
        }
        // A named server brings its own region.
        return request.serverId() == null ? database.region() : null;
    }
}
