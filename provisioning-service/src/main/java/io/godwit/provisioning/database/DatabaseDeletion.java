package io.godwit.provisioning.database;

import io.godwit.engines.DatabaseId;
import io.godwit.provisioning.engine.ProvisioningException;
import io.godwit.provisioning.placement.PlacementRemoval;
import io.godwit.provisioning.registry.Placement;
import io.godwit.provisioning.registry.PlacementRepository;
import io.godwit.provisioning.registry.PlacementState;
import io.godwit.provisioning.registry.TenantDatabase;
import io.godwit.provisioning.registry.Transactions;
import io.godwit.provisioning.route.Routes;
import java.time.InstantSource;
import java.util.List;
import org.springframework.stereotype.Component;

/** Deletes databases: first nobody is led there any more, then they are dropped. */
@Component
class DatabaseDeletion {
    private final DatabaseRecords records;
    private final PlacementRepository placements;
    private final PlacementRemoval removal;
    private final Routes routes;
    private final Transactions transactions;
    private final InstantSource clock;

    DatabaseDeletion(
            DatabaseRecords records,
            PlacementRepository placements,
            PlacementRemoval removal,
            Routes routes,
            Transactions transactions,
            InstantSource clock) {
        this.records = records;
        this.placements = placements;
        this.removal = removal;
        this.routes = routes;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** Where the server does not answer, the database is gone for clients, and dropped as soon as it answers. */
    void delete(DatabaseId id) {
        List<Long> doomed = transactions.call(() -> {
            transactions.lock(Transactions.Subject.TENANT, id.tenant());
            TenantDatabase database = records.requireLocked(id);
            List<Placement> present = placements.findByDatabaseId(id.toString());
            requireIdle(database, present);
            List<Placement> homes = present.stream()
                    .filter(placement -> placement.state() == PlacementState.HOME)
                    .toList();
            homes.forEach(home -> home.become(PlacementState.REMOVING, null, clock.instant()));
            records.forget(id);
            routes.end(id);
            return homes.stream().map(Placement::id).toList();
        });
        doomed.forEach(placement -> removal.remove(placement, id.toString()));
    }

    private static void requireIdle(TenantDatabase database, List<Placement> present) {
        if (database.unfinished() != null) {
            throw busy(database, "is just being made");
        }
        if (database.isMigrating()) {
            throw busy(database, "is migrating (" + database.status().id() + ")");
        }
        for (Placement placement : present) {
            switch (placement.state()) {
                case PREPARING, PREPARED -> throw busy(database, "is being prepared on server " + placement.serverId());
                case FORMER -> throw busy(database, "can still be rolled back to server " + placement.serverId());
                case HOME, REMOVING -> {}
            }
        }
    }

    private static ProvisioningException busy(TenantDatabase database, String what) {
        return ProvisioningException.conflict(
                "DATABASE_BUSY", "Database " + database.id() + " " + what + "; expected it to be at rest");
    }
}
