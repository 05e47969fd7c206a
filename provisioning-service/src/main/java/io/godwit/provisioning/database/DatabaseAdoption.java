package io.godwit.provisioning.database;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.ServerAccess;
import io.godwit.engines.Tier;
import io.godwit.provisioning.engine.Engines;
import io.godwit.provisioning.engine.Passwords;
import io.godwit.provisioning.engine.ProvisioningException;
import io.godwit.provisioning.registry.Placement;
import io.godwit.provisioning.registry.PlacementRepository;
import io.godwit.provisioning.registry.Server;
import io.godwit.provisioning.registry.ServerRepository;
import io.godwit.provisioning.registry.TenantDatabase.Unfinished;
import io.godwit.provisioning.registry.Transactions;
import io.godwit.provisioning.server.ServerChoice;
import io.godwit.provisioning.server.ServerMaker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Takes databases that exist under management. On the server it happens in one transaction, so that an adoption that
 * failed is taken back in the registry alone; one that got through on the server can be asked for again.
 */
@Component
class DatabaseAdoption {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseAdoption.class);

    private final DatabaseRecords records;
    private final PlacementRepository placements;
    private final ServerRepository servers;
    private final ServerChoice choice;
    private final ServerMaker maker;
    private final Engines engines;
    private final Transactions transactions;

    DatabaseAdoption(
            DatabaseRecords records,
            PlacementRepository placements,
            ServerRepository servers,
            ServerChoice choice,
            ServerMaker maker,
            Engines engines,
            Transactions transactions) {
        this.records = records;
        this.placements = placements;
        this.servers = servers;
        this.choice = choice;
        this.maker = maker;
        this.engines = engines;
        this.transactions = transactions;
    }

    /** @return the client's password, which nobody can tell again */
    String adopt(DatabaseId id, String serverId, String databaseName) {
        String password = Passwords.random();
        Placement placement = transactions.call(() -> {
            records.requireFree(id);
            transactions.lock(Transactions.Subject.SERVERS, "");
            Server server = requireFit(id, serverId, databaseName);
            return records.record(id, server, null, databaseName, password, Unfinished.ADOPTION);
        });
        try {
            ServerAccess server = maker.ensureReady(serverId);
            engines.provisioner(server.engine()).adopt(id, placement.on(server));
            transactions.run(() -> records.finish(id, placement.id()));
        } catch (RuntimeException e) {
            undo(id);
            throw e;
        }
        LOG.atInfo()
                .setMessage("Adopted a database")
                .addKeyValue("database", id)
                .addKeyValue("server", serverId)
                .log();
        return password;
    }

    /** Forgets an unfinished adoption and leaves the server alone. */
    void undo(DatabaseId id) {
        transactions.run(() -> {
            if (records.requireLocked(id).unfinished() == Unfinished.ADOPTION) {
                placements.deleteAll(placements.findByDatabaseId(id.toString()));
                records.forget(id);
            }
        });
    }

    private Server requireFit(DatabaseId id, String serverId, String databaseName) {
        Server server = servers.findById(serverId)
                .orElseThrow(() ->
                        ProvisioningException.refused("SERVER_NOT_FOUND", "Server '" + serverId + "' does not exist"));
        if (placements.findByServerIdAndDatabaseName(serverId, databaseName).isPresent()) {
            throw ProvisioningException.conflict(
                    "DATABASE_MANAGED",
                    "Database '" + databaseName + "' on server '" + serverId + "' is managed already");
        }
        boolean strangers = placements.findByServerIdOrderById(serverId).stream()
                .anyMatch(other -> !other.databaseId().tenant().equals(id.tenant()));
        if (server.tier() == Tier.DEDICATED && strangers) {
            throw ProvisioningException.conflict(
                    "SERVER_OCCUPIED",
                    "Dedicated server '" + serverId + "' has another tenant's database; expected none");
        }
        choice.requireNotMoving(server);
        return server;
    }
}
