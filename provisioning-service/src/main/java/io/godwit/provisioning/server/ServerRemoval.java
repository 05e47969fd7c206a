package io.godwit.provisioning.server;

import io.godwit.engines.ServerAccess;
import io.godwit.processes.LocalProcessException;
import io.godwit.provisioning.engine.Engines;
import io.godwit.provisioning.engine.Provisioner;
import io.godwit.provisioning.engine.ProvisioningException;
import io.godwit.provisioning.registry.PlacementRepository;
import io.godwit.provisioning.registry.PlacementState;
import io.godwit.provisioning.registry.ProviderKind;
import io.godwit.provisioning.registry.Server;
import io.godwit.provisioning.registry.ServerRepository;
import io.godwit.provisioning.registry.ServerStatus;
import io.godwit.provisioning.registry.Transactions;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Removes servers: first it is recorded, then the process and its data go, then the record. */
@Component
public class ServerRemoval {
    private static final Logger LOG = LoggerFactory.getLogger(ServerRemoval.class);
    private static final Duration LOCK_WAIT = Duration.ofMinutes(2);

    private final ServerRepository servers;
    private final PlacementRepository placements;
    private final ProcessServers processes;
    private final Engines engines;
    private final ServerLocks locks;
    private final ServerMaker maker;
    private final ServerIdentities identities;
    private final Transactions transactions;

    ServerRemoval(
            ServerRepository servers,
            PlacementRepository placements,
            ProcessServers processes,
            Engines engines,
            ServerLocks locks,
            ServerMaker maker,
            ServerIdentities identities,
            Transactions transactions) {
        this.servers = servers;
        this.placements = placements;
        this.processes = processes;
        this.engines = engines;
        this.locks = locks;
        this.maker = maker;
        this.identities = identities;
        this.transactions = transactions;
    }

    /** Removes a server at an operator's request. */
    void removeEmpty(String serverId) {
        transactions.run(() -> {
            transactions.lock(Transactions.Subject.SERVERS, "");
            Server server = servers.findAndLock(serverId)
                    .orElseThrow(() -> ProvisioningException.refused(
                            "SERVER_NOT_FOUND", "Server '" + serverId + "' does not exist"));
            // What is only left over there does not keep a server for ever: it goes with it, or is given up.
            if (placements.existsByServerIdAndStateNot(serverId, PlacementState.REMOVING)) {
                throw ProvisioningException.conflict(
                        "SERVER_NOT_EMPTY", "Server '" + serverId + "' still has databases; move or delete them first");
            }
            server.remove();
        });
        finish(serverId);
    }

    /** Completes a removal that was recorded. Used outside a transaction; may be repeated. */
    public void finish(String serverId) {
        servers.findById(serverId)
                .filter(server -> server.status() == ServerStatus.REMOVING)
                .ifPresent(this::endCopy);
        locks.holding(serverId, LOCK_WAIT, () -> {
            Optional<Server> doomed =
                    servers.findById(serverId).filter(server -> server.status() == ServerStatus.REMOVING);
            if (doomed.isEmpty()) {
                return;
            }
            if (doomed.get().provider() == ProviderKind.PROCESS) {
                destroy(doomed.get());
            } else {
                leave(doomed.get());
            }
            transactions.run(() -> {
                placements.deleteAll(placements.findByServerIdOrderById(serverId));
                placements.flush();
                servers.deleteById(serverId);
            });
            LOG.atInfo()
                    .setMessage("Removed a server")
                    .addKeyValue("server", serverId)
                    .log();
        });
    }

    private void destroy(Server server) {
        try {
            processes.openToDestroy(server).destroy();
            dismiss(server);
        } catch (LocalProcessException | UncheckedIOException e) {
            throw ProvisioningException.unavailable(
                    "SERVER_NOT_REMOVED",
                    "The process or the data of server '" + server.id() + "' could not be removed: " + e.getMessage(),
                    e);
        }
    }

    /**
     * Whoever starts a standby whose data is lost copies its leader first, and keeps the lock meanwhile, for hours perhaps.
     * A start that has not come to its copy yet is met by the next try.
     */
    private void endCopy(Server server) {
        try {
            leaderOf(server)
                    .ifPresent(leader ->
                            engines.standbys(server.engine()).orElseThrow().endCopy(leader.access(), server.id()));
        } catch (ProvisioningException e) {
            // From a leader that does not answer no copy comes either; the wait for the lock is bounded.
            LOG.atDebug()
                    .setMessage("A copy of a server could not be ended")
                    .addKeyValue("server", server.id())
                    .setCause(e)
                    .log();
        }
    }

    private void dismiss(Server server) {
        leaderOf(server)
                .ifPresent(leader ->
                        engines.standbys(server.engine()).orElseThrow().dismiss(leader.access(), server.id()));
    }

    /** Empty also if it is gone or about to go: then it keeps nothing for its standby any more. */
    private Optional<Server> leaderOf(Server server) {
        return Optional.ofNullable(server.follows())
                .flatMap(servers::findById)
                .filter(leader -> leader.status() != ServerStatus.REMOVING);
    }

    /** Makes an empty server of a standby that nobody needs any more. Used outside a transaction; may be repeated. */
    public void renew(String serverId) {
        servers.findById(serverId).ifPresent(this::endCopy);
        locks.holding(serverId, LOCK_WAIT, () -> {
            Optional<Server> standby = servers.findById(serverId).filter(server -> server.follows() != null);
            if (standby.isPresent()) {
                destroy(standby.get());
                // One that was given up for removal meanwhile is not brought back.
                transactions.run(() -> servers.findAndLock(serverId)
                        .filter(server -> server.status() != ServerStatus.REMOVING)
                        .ifPresent(processes::renew));
            }
        });
        maker.ensureReady(serverId);
    }

    private void leave(Server server) {
        try {
            Provisioner provisioner = engines.provisioner(server.engine());
            Optional<ServerAccess> remaining = identities.otherRecordOf(server.access());
            if (remaining.isPresent()) {
                // It is one login for both records, with the password of whichever was made last.
                provisioner.setUpServer(remaining.get(), false);
            } else {
                provisioner.leaveServer(server.access());
            }
        } catch (ProvisioningException e) {
            LOG.atWarn()
                    .setMessage("A registered server was forgotten, but Godwit's login could not be removed from it")
                    .addKeyValue("server", server.id())
                    .addKeyValue("reason", e.getMessage())
                    .log();
        }
    }
}
