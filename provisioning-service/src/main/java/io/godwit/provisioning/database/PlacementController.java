package io.godwit.provisioning.database;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.Tier;
import io.godwit.events.MigrationStatus;
import io.godwit.provisioning.engine.ProvisioningException;
import io.godwit.provisioning.registry.Placement;
import io.godwit.provisioning.registry.PlacementRepository;
import io.godwit.provisioning.registry.PlacementState;
import io.godwit.provisioning.registry.ServerRepository;
import io.godwit.provisioning.registry.TenantDatabase;
import io.godwit.provisioning.registry.Transactions;
import io.godwit.provisioning.route.Routes;
import io.godwit.rest.Caller;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Tells Godwit's other services where a database lives and how to log in there. */
@RestController
class PlacementController {
    private final DatabaseRecords records;
    private final PlacementRepository placements;
    private final ServerRepository servers;
    private final Routes routes;
    private final Transactions transactions;

    PlacementController(
            DatabaseRecords records,
            PlacementRepository placements,
            ServerRepository servers,
            Routes routes,
            Transactions transactions) {
        this.records = records;
        this.placements = placements;
        this.servers = servers;
        this.routes = routes;
        this.transactions = transactions;
    }

    @GetMapping("/internal/v1/databases/{tenant}/{name}")
    DatabasePlacement show(Caller caller, @PathVariable String tenant, @PathVariable String name) {
        caller.requireOperator();
        DatabaseId id = NewDatabase.idOf(tenant, name);
        return transactions.call(() -> placement(records.require(id)));
    }

    /** Everywhere the database is: at home, and where a migration has brought it or left it. */
    @GetMapping("/internal/v1/databases/{tenant}/{name}/placements")
    List<StatedPlacement> all(Caller caller, @PathVariable String tenant, @PathVariable String name) {
        caller.requireOperator();
        DatabaseId id = NewDatabase.idOf(tenant, name);
        return transactions.call(() -> {
            records.require(id);
            return placements.findByDatabaseId(id.toString()).stream()
                    .filter(placement -> switch (placement.state()) {
                        case HOME, FORMER, PREPARED -> true;
                        case PREPARING, REMOVING -> false;
                    })
                    .map(placement -> new StatedPlacement(
                            placement.state(),
                            placement.on(servers.findById(placement.serverId()).orElseThrow())))
                    .toList();
        });
    }

    private DatabasePlacement placement(TenantDatabase database) {
        DatabaseId id = database.id();
        Placement home = placements
                .findHome(id.toString())
                .orElseThrow(() ->
                        ProvisioningException.refused("DATABASE_NOT_FOUND", "Database " + id + " is just being made"));
        return new DatabasePlacement(
                id,
                database.engine(),
                database.tier(),
                database.region(),
                routes.find(id).orElseThrow().epoch(),
                database.status(),
                home.on(servers.findById(home.serverId()).orElseThrow()));
    }

    record StatedPlacement(PlacementState state, PlacedDatabase placement) {}

    record DatabasePlacement(
            DatabaseId databaseId,
            EngineId engine,
            Tier tier,
            String region,
            long epoch,
            MigrationStatus status,
            PlacedDatabase placement) {}
}
