package io.godwit.provisioning.database;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.Tier;
import io.godwit.provisioning.engine.DatabaseOptions;
import io.godwit.provisioning.engine.Engines;
import io.godwit.provisioning.engine.Passwords;
import io.godwit.provisioning.placement.PlacementRemoval;
import io.godwit.provisioning.registry.Placement;
import io.godwit.provisioning.registry.PlacementRepository;
import io.godwit.provisioning.registry.Server;
import io.godwit.provisioning.registry.TenantDatabase.Unfinished;
import io.godwit.provisioning.registry.Transactions;
import io.godwit.provisioning.server.DatabaseProcesses;
import io.godwit.provisioning.server.ServerChoice;
import io.godwit.provisioning.server.ServerMaker;
import io.godwit.provisioning.server.ServerWish;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Makes new databases, with a server for them where none has room. Either all of it is there afterwards or nothing. */
@Component
class DatabaseCreation {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseCreation.class);

    private final DatabaseRecords records;
    private final PlacementRepository placements;
    private final PlacementRemoval removal;
    private final ServerChoice choice;
    private final ServerMaker maker;
    private final DatabaseProcesses processes;
    private final Engines engines;
    private final Transactions transactions;

    DatabaseCreation(
            DatabaseRecords records,
            PlacementRepository placements,
            PlacementRemoval removal,
            ServerChoice choice,
            ServerMaker maker,
            DatabaseProcesses processes,
            Engines engines,
            Transactions transactions) {
        this.records = records;
        this.placements = placements;
        this.removal = removal;
        this.choice = choice;
        this.maker = maker;
        this.processes = processes;
        this.engines = engines;
        this.transactions = transactions;
    }

    /** @return the client's password, which nobody can tell again */
    String create(DatabaseId id, EngineId engine, Tier tier, String region) {
        String password = Passwords.random();
        ServerWish wish = new ServerWish(id, engine, tier, region, null, null);
        Placement placement = transactions.call(() -> {
            records.requireFree(id);
            Server server = choice.take(wish, id.toString());
            return records.record(
                    id, server, choice.databasePort(server), id.clientName(), password, Unfinished.CREATION);
        });
        try {
            PlacedDatabase database = placement.on(maker.ensureReady(placement.serverId()));
            if (placement.hasOwnProcess()) {
                processes.ensureRunning(database, DatabaseOptions.SERVER_DEFAULT);
            }
            engines.provisioner(engine).create(id, database, DatabaseOptions.SERVER_DEFAULT, tier);
            transactions.run(() -> records.finish(id, placement.id()));
        } catch (RuntimeException e) {
            undoAfter(e, id);
            throw e;
        }
        LOG.atInfo()
                .setMessage("Created a database")
                .addKeyValue("database", id)
                .addKeyValue("server", placement.serverId())
                .log();
        return password;
    }

    /** Removes what an unfinished creation made. Used outside a transaction; may be repeated. */
    void undo(DatabaseId id) {
        for (Placement placement : placements.findByDatabaseId(id.toString())) {
            removal.remove(placement.id(), id.toString());
        }
        // What could not be removed stays as a placement, for the reconciler; the name is free again.
        transactions.run(() -> records.forget(id));
    }

    private void undoAfter(RuntimeException failure, DatabaseId id) {
        try {
            undo(id);
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
            LOG.atError()
                    .setMessage("A failed creation could not be undone; the next start of the service does it")
                    .addKeyValue("database", id)
                    .setCause(e)
                    .log();
        }
    }
}
