package io.godwit.provisioning.database;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.Login;
import io.godwit.engines.SecretSealer;
import io.godwit.provisioning.engine.Engines;
import io.godwit.provisioning.engine.Passwords;
import io.godwit.provisioning.engine.ProvisioningException;
import io.godwit.provisioning.registry.Placement;
import io.godwit.provisioning.registry.PlacementRepository;
import io.godwit.provisioning.registry.PlacementState;
import io.godwit.provisioning.registry.Server;
import io.godwit.provisioning.registry.ServerRepository;
import io.godwit.provisioning.registry.TenantDatabase;
import io.godwit.provisioning.registry.TenantDatabase.Unfinished;
import io.godwit.provisioning.registry.TenantDatabaseRepository;
import io.godwit.provisioning.registry.TenantRepository;
import io.godwit.provisioning.registry.Transactions;
import io.godwit.provisioning.route.Routes;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** How a database comes into the registry: recorded before anything is done on a server, finished after it. */
@Component
class DatabaseRecords {
    private final TenantRepository tenants;
    private final TenantDatabaseRepository databases;
    private final PlacementRepository placements;
    private final ServerRepository servers;
    private final Routes routes;
    private final Engines engines;
    private final SecretSealer sealer;
    private final Transactions transactions;
    private final InstantSource clock;

    DatabaseRecords(
            TenantRepository tenants,
            TenantDatabaseRepository databases,
            PlacementRepository placements,
            ServerRepository servers,
            Routes routes,
            Engines engines,
            SecretSealer sealer,
            Transactions transactions,
            InstantSource clock) {
        this.tenants = tenants;
        this.databases = databases;
        this.placements = placements;
        this.servers = servers;
        this.routes = routes;
        this.engines = engines;
        this.sealer = sealer;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** Keeps the names of the tenant's databases as they are until the transaction ends. */
    void requireFree(DatabaseId id) {
        transactions.lock(Transactions.Subject.TENANT, id.tenant());
        requireTenant(id.tenant());
        if (databases.existsById(id.toString())) {
            throw ProvisioningException.conflict("DATABASE_EXISTS", "Database " + id + " exists already");
        }
    }

    void requireTenant(String tenant) {
        if (!tenants.existsByIdAndDeletedAtIsNull(tenant)) {
            throw ProvisioningException.refused("TENANT_NOT_FOUND", "Tenant '" + tenant + "' does not exist");
        }
    }

    TenantDatabase require(DatabaseId id) {
        requireTenant(id.tenant());
        return databases.findById(id.toString()).orElseThrow(() -> missing(id));
    }

    TenantDatabase requireLocked(DatabaseId id) {
        requireTenant(id.tenant());
        return databases.findAndLock(id.toString()).orElseThrow(() -> missing(id));
    }

    /**
     * Used inside a transaction.
     *
     * @param port of the database's own process; null where it shares the server's
     * @param databaseName the database's name on the server
     * @param password the client's
     */
    Placement record(
            DatabaseId id,
            Server server,
            @Nullable Integer port,
            String databaseName,
            String password,
            Unfinished unfinished) {
        engines.provisioner(server.engine()).requireNameAllowed(id);
        databases.save(new TenantDatabase(
                id,
                server.engine(),
                server.tier(),
                server.region(),
                engines.clientLogins(server.engine()).verifierOf(password),
                unfinished,
                clock.instant()));
        Login owner = new Login(id.clientName(), sealer.seal(Passwords.random()));
        return placements.save(new Placement(id, server.id(), databaseName, owner, port, null, clock.instant()));
    }

    /** Opens the database to clients. Used inside a transaction. */
    void finish(DatabaseId id, long placementId) {
        databases.findAndLock(id.toString()).orElseThrow(() -> missing(id)).finish();
        Placement placement = placements.findById(placementId).orElseThrow();
        placement.become(PlacementState.HOME, null, clock.instant());
        servers.findAndLock(placement.serverId()).orElseThrow().keepIfShared();
        routes.open(id, placement.serverId());
    }

    void forget(DatabaseId id) {
        databases.deleteById(id.toString());
    }

    private static ProvisioningException missing(DatabaseId id) {
        return ProvisioningException.refused("DATABASE_NOT_FOUND", "Database " + id + " does not exist");
    }
}
