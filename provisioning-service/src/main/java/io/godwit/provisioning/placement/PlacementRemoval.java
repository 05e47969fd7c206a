package io.godwit.provisioning.placement;

import io.godwit.events.Failure;
import io.godwit.provisioning.engine.Engines;
import io.godwit.provisioning.engine.ProvisioningException;
import io.godwit.provisioning.registry.Placement;
import io.godwit.provisioning.registry.PlacementRepository;
import io.godwit.provisioning.registry.PlacementState;
import io.godwit.provisioning.registry.ProviderKind;
import io.godwit.provisioning.registry.Server;
import io.godwit.provisioning.registry.ServerRepository;
import io.godwit.provisioning.registry.ServerStatus;
import io.godwit.provisioning.registry.TenantDatabaseRepository;
import io.godwit.provisioning.registry.Transactions;
import io.godwit.provisioning.server.DatabaseProcesses;
import io.godwit.provisioning.server.ServerIdentities;
import io.godwit.provisioning.server.ServerRemoval;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Removes a database from a server that is not its home, and the server if it has no purpose without it. What can't be
 * removed stays recorded; {@link LeftoverReconciler} goes on trying.
 */
@Component
public class PlacementRemoval {
    private static final Logger LOG = LoggerFactory.getLogger(PlacementRemoval.class);

    private final PlacementRepository placements;
    private final TenantDatabaseRepository databases;
    private final ServerRepository servers;
    private final ServerRemoval serverRemoval;
    private final DatabaseProcesses processes;
    private final ServerIdentities identities;
    private final Engines engines;
    private final Transactions transactions;
    private final InstantSource clock;

    PlacementRemoval(
            PlacementRepository placements,
            TenantDatabaseRepository databases,
            ServerRepository servers,
            ServerRemoval serverRemoval,
            DatabaseProcesses processes,
            ServerIdentities identities,
            Engines engines,
            Transactions transactions,
            InstantSource clock) {
        this.placements = placements;
        this.databases = databases;
        this.servers = servers;
        this.serverRemoval = serverRemoval;
        this.processes = processes;
        this.identities = identities;
        this.engines = engines;
        this.transactions = transactions;
        this.clock = clock;
    }

    /**
     * Used outside a transaction; may be repeated.
     *
     * @param operation for which a server may have been made that is of no use now
     * @return what could not be removed, for people; empty if nothing is left
     * @throws IllegalStateException if the placement is its database's home
     */
    public List<String> remove(long placementId, String operation) {
        return attempt(placementId, operation).map(Leftover::text).stream().toList();
    }

    /** As {@link #remove}, and says why something is left. */
    Optional<Leftover> attempt(long placementId, String operation) {
        Optional<Doomed> doomed = transactions.call(() -> mark(placementId, operation));
        if (doomed.isEmpty()) {
            return Optional.empty();
        }
        Placement placement = doomed.get().placement();
        Server server = doomed.get().server();
        try {
            if (server.status() == ServerStatus.REMOVING) {
                // With the server goes everything on it, even if it does not answer any more.
                serverRemoval.finish(server.id());
            } else {
                drop(placement, server);
                forget(placement, operation);
            }
            return Optional.empty();
        } catch (ProvisioningException e) {
            LOG.atWarn()
                    .setMessage("A database could not be removed from a server; trying again later")
                    .addKeyValue("database", placement.databaseId())
                    .addKeyValue("server", server.id())
                    .addKeyValue("code", e.failure().code())
                    .addKeyValue("reason", e.getMessage())
                    .log();
            return Optional.of(new Leftover(placement.databaseName(), server.id(), e.failure()));
        }
    }

    private Optional<Doomed> mark(long placementId, String operation) {
        // Held while a route is published: until then the placement may become the home.
        placements.findDatabaseIdById(placementId).ifPresent(databases::findAndLock);
        transactions.lock(Transactions.Subject.SERVERS, "");
        Placement placement = placements.findById(placementId).orElse(null);
        if (placement == null) {
            return Optional.empty();
        }
        if (placement.state() == PlacementState.HOME) {
            throw new IllegalStateException("placement " + placementId + " is the home of database "
                    + placement.databaseId() + "; expected one that is not used");
        }
        placement.become(PlacementState.REMOVING, placement.migrationId(), clock.instant());
        Server server = servers.findAndLock(placement.serverId()).orElseThrow();
        removeIfUseless(server, operation, 1);
        return Optional.of(new Doomed(placement, server));
    }

    private void drop(Placement placement, Server server) {
        if (server.isBeingRenewed()) {
            // An earlier try was interrupted when the standby was gone, and nobody else makes the server.
            serverRemoval.renew(server.id());
        } else if (server.status() == ServerStatus.CREATING) {
            // What was never made holds nothing.
            return;
        } else if (server.follows() != null) {
            requireNobodyElse(server);
            // A standby takes no statement that would remove anything; all that it has came with its leader.
            serverRemoval.renew(server.id());
        } else if (placement.hasOwnProcess()) {
            processes.destroy(placement.on(server));
        } else if (!leadsHome(placement, server)) {
            engines.provisioner(server.engine()).drop(placement.databaseId(), placement.on(server));
        }
    }

    /** Of a server that is known by two names the live database would be dropped. */
    private boolean leadsHome(Placement placement, Server server) {
        Placement home = placements.findHome(placement.databaseId().toString()).orElse(null);
        if (home == null) {
            return false;
        }
        Server homeServer = servers.findById(home.serverId()).orElseThrow();
        // Those that Godwit made have one name each.
        boolean told = server.provider() == ProviderKind.PROCESS && homeServer.provider() == ProviderKind.PROCESS;
        if (told || !identities.areOne(server.access(), home.on(homeServer).server())) {
            return false;
        }
        LOG.atWarn()
                .setMessage("A server is known by two names; the database that lives there was left alone")
                .addKeyValue("database", placement.databaseId())
                .addKeyValue("server", server.id())
                .addKeyValue("home", homeServer.id())
                .log();
        return true;
    }

    /** With a standby goes everything on it. */
    private void requireNobodyElse(Server standby) {
        if (placements.existsByServerIdAndStateNot(standby.id(), PlacementState.REMOVING)) {
            throw ProvisioningException.conflict(
                    "SERVER_HOLDS_OTHERS",
                    "Server '" + standby.id() + "', a standby that would be made empty as a whole, is recorded as"
                            + " another database's; expected nobody else's");
        }
    }

    private void forget(Placement placement, String operation) {
        String useless = transactions
                .call(() -> {
                    transactions.lock(Transactions.Subject.SERVERS, "");
                    placements.deleteById(placement.id());
                    placements.flush();
                    return servers.findAndLock(placement.serverId())
                            .filter(server -> removeIfUseless(server, operation, 0))
                            .map(Server::id);
                })
                .orElse(null);
        finish(useless);
    }

    private void finish(@Nullable String serverId) {
        if (serverId != null) {
            serverRemoval.finish(serverId);
        }
    }

    /** @param expected how many placements the server has if nobody else needs it */
    private boolean removeIfUseless(Server server, String operation, int expected) {
        if (server.isOnlyFor(operation) && placements.countByServerId(server.id()) == expected) {
            server.remove();
            return true;
        }
        return false;
    }

    /** What could not be removed now, and why. */
    record Leftover(String databaseName, String serverId, Failure failure) {
        String text() {
            return "database " + databaseName + " on server " + serverId + ": " + failure.message();
        }
    }

    private record Doomed(Placement placement, Server server) {}
}
