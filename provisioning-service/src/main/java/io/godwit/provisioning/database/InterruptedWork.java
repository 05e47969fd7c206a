package io.godwit.provisioning.database;

import io.godwit.engines.DatabaseId;
import io.godwit.provisioning.registry.PlacementRepository;
import io.godwit.provisioning.registry.Server;
import io.godwit.provisioning.registry.ServerRepository;
import io.godwit.provisioning.registry.ServerStatus;
import io.godwit.provisioning.registry.TenantDatabase;
import io.godwit.provisioning.registry.TenantDatabase.Unfinished;
import io.godwit.provisioning.registry.TenantDatabaseRepository;
import io.godwit.provisioning.registry.Transactions;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Undoes what callers of the API had asked the service's last life for and never got. */
@Component
class InterruptedWork implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(InterruptedWork.class);
    /** Before the first new request comes, which would look just the same. */
    private static final int PHASE = 100;

    private final TenantDatabaseRepository databases;
    private final ServerRepository servers;
    private final PlacementRepository placements;
    private final DatabaseCreation creation;
    private final DatabaseAdoption adoption;
    private final Transactions transactions;
    private volatile boolean running;

    InterruptedWork(
            TenantDatabaseRepository databases,
            ServerRepository servers,
            PlacementRepository placements,
            DatabaseCreation creation,
            DatabaseAdoption adoption,
            Transactions transactions) {
        this.databases = databases;
        this.servers = servers;
        this.placements = placements;
        this.creation = creation;
        this.adoption = adoption;
        this.transactions = transactions;
    }

    @Override
    public void start() {
        running = true;
        transactions.run(() -> servers.findByStatusIn(List.of(ServerStatus.CREATING)).stream()
                .filter(server -> placements.countByServerId(server.id()) == 0)
                .forEach(Server::remove));
        List<TenantDatabase> unfinished = databases.findByUnfinishedIsNotNull();
        // Servers may take their time to answer; the service does not wait for them.
        Thread.ofVirtual().name("undo-interrupted").start(() -> unfinished.forEach(this::undo));
    }

    private void undo(TenantDatabase database) {
        DatabaseId id = database.id();
        LOG.atInfo()
                .setMessage("Undoing what was interrupted")
                .addKeyValue("database", id)
                .addKeyValue("work", database.unfinished())
                .log();
        try {
            if (database.unfinished() == Unfinished.ADOPTION) {
                adoption.undo(id);
            } else {
                creation.undo(id);
            }
        } catch (RuntimeException e) {
            LOG.atError()
                    .setMessage("What was interrupted could not be undone; the next start of the service does it")
                    .addKeyValue("database", id)
                    .setCause(e)
                    .log();
        }
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
