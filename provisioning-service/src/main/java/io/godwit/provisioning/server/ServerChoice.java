package io.godwit.provisioning.server;

import io.godwit.engines.Tier;
import io.godwit.events.Failure;
import io.godwit.events.TargetPlan;
import io.godwit.provisioning.engine.Engines;
import io.godwit.provisioning.engine.ProvisioningException;
import io.godwit.provisioning.registry.Placement;
import io.godwit.provisioning.registry.PlacementRepository;
import io.godwit.provisioning.registry.PlacementState;
import io.godwit.provisioning.registry.ProviderKind;
import io.godwit.provisioning.registry.Server;
import io.godwit.provisioning.registry.ServerRepository;
import io.godwit.provisioning.registry.ServerStatus;
import io.godwit.provisioning.registry.Transactions;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Component;

/** Chooses the server on which a database is to live. Used inside a transaction. */
@Component
public class ServerChoice {
    private final ServerRepository servers;
    private final PlacementRepository placements;
    private final ProcessServers processes;
    private final Engines engines;
    private final Transactions transactions;
    private final ProvisioningProperties properties;

    ServerChoice(
            ServerRepository servers,
            PlacementRepository placements,
            ProcessServers processes,
            Engines engines,
            Transactions transactions,
            ProvisioningProperties properties) {
        this.servers = servers;
        this.placements = placements;
        this.processes = processes;
        this.engines = engines;
        this.transactions = transactions;
        this.properties = properties;
    }

    /** Says what {@link #take} would choose, and changes nothing. */
    public TargetPlan plan(ServerWish wish) {
        Optional<Server> existing = find(wish);
        if (existing.isPresent()) {
            Server server = existing.get();
            return new TargetPlan(
                    server.tier(),
                    server.region(),
                    server.id(),
                    server.provider().id(),
                    server.status() == ServerStatus.CREATING ? processes.version(server.engine()) : server.version());
        }
        processes.requireServed(wish.engine(), region(wish));
        return new TargetPlan(
                wish.tier(), region(wish), null, ProviderKind.PROCESS.id(), processes.version(wish.engine()));
    }

    /**
     * Chooses a server, or records a new one that then has to be made. Until the transaction ends nobody else chooses,
     * so that two databases at once do not lead to two shared servers; record the placement in the same transaction.
     *
     * @param operation what a new server is made for
     */
    public Server take(ServerWish wish, String operation) {
        transactions.lock(Transactions.Subject.SERVERS, "");
        return find(wish).orElseGet(() -> processes.reserve(wish.engine(), wish.tier(), region(wish), operation));
    }

    /**
     * Records, under the terms of {@link #take}, a new server that begins as a standby.
     *
     * @param leader what it will be a copy of
     */
    public Server takeStandby(Server leader, ServerWish wish, String operation) {
        transactions.lock(Transactions.Subject.SERVERS, "");
        return processes.reserveStandby(leader, region(wish), operation);
    }

    /**
     * The port of a database's own process on the chosen server, to be recorded with the placement in the same
     * transaction.
     *
     * @return null where the database shares the server's process
     */
    public @Nullable Integer databasePort(Server chosen) {
        return processes.reserveDatabasePort(chosen);
    }

    /**
     * A server that follows another, or is followed, takes no further database: it is copied, exchanged and thrown away
     * as a whole.
     */
    public void requireNotMoving(Server server) {
        Optional<String> tie = Optional.ofNullable(server.follows())
                .map(leader -> "follows server '" + leader + "'")
                .or(() -> servers.findFollowersOf(server.id()).stream()
                        .findFirst()
                        .map(follower -> "is followed by server '" + follower.id() + "'"));
        if (tie.isPresent()) {
            throw ProvisioningException.conflict(
                    "SERVER_MOVES_AS_A_WHOLE",
                    "Server '" + server.id() + "' " + tie.get() + " in a move of the whole server; expected neither:"
                            + " complete or roll back that migration first");
        }
    }

    private Optional<Server> find(ServerWish wish) {
        String serverId = wish.serverId();
        if (serverId != null) {
            return Optional.of(named(serverId, wish));
        }
        return switch (wish.tier()) {
            case SHARED ->
                servers
                        .findSharedWithRoom(
                                wish.engine(),
                                region(wish),
                                Objects.requireNonNullElse(wish.home(), ""),
                                properties.maxDatabasesPerSharedServer(),
                                wish.database().clientName(),
                                Limit.of(1))
                        .stream()
                        .findFirst();
            case DEDICATED -> Optional.empty();
        };
    }

    private Server named(String serverId, ServerWish wish) {
        Server server = servers.findById(serverId)
                .orElseThrow(() ->
                        ProvisioningException.refused("SERVER_NOT_FOUND", "Server '" + serverId + "' does not exist"));
        if (serverId.equals(wish.home())) {
            throw ProvisioningException.refused(
                    "ALREADY_ON_SERVER", "Database " + wish.database() + " is on server '" + serverId + "' already");
        }
        requireEqual(
                "SERVER_ENGINE_MISMATCH",
                serverId,
                "engine",
                server.engine().id(),
                wish.engine().id());
        requireEqual(
                "SERVER_TIER_MISMATCH",
                serverId,
                "tier",
                server.tier().id(),
                wish.tier().id());
        requireEqual(
                "SERVER_REGION_MISMATCH",
                serverId,
                "region",
                server.region(),
                Objects.requireNonNullElse(wish.region(), server.region()));
        if (server.status() == ServerStatus.UNREACHABLE) {
            throw ProvisioningException.unavailable(
                    "SERVER_UNREACHABLE", "Server '" + serverId + "' does not answer", null);
        }
        if (!server.takesDatabases()) {
            throw ProvisioningException.conflict(
                    "SERVER_TAKES_NO_DATABASES",
                    "Server '" + serverId + "' is " + server.shownStatus()
                            + "; expected a server that takes databases");
        }
        requireNotMoving(server);
        requireRoom(server, wish);
        return server;
    }

    private void requireRoom(Server server, ServerWish wish) {
        boolean strangers = placements.findByServerIdOrderById(server.id()).stream()
                .map(Placement::databaseId)
                .anyMatch(other -> !other.tenant().equals(wish.database().tenant()));
        if (server.tier() == Tier.DEDICATED && strangers) {
            throw ProvisioningException.conflict(
                    "SERVER_OCCUPIED",
                    "Dedicated server '" + server.id() + "' has another tenant's database; expected none");
        }
        if (server.tier() == Tier.DEDICATED
                && !engines.provisioner(server.engine()).holdsManyDatabases()
                && placements.countByServerId(server.id()) > 0) {
            throw ProvisioningException.conflict(
                    "SERVER_OCCUPIED",
                    "Dedicated server '" + server.id() + "' has a database; a server of engine "
                            + server.engine().id() + " holds one");
        }
        if (server.tier() == Tier.SHARED
                && placements.countByServerId(server.id()) >= properties.maxDatabasesPerSharedServer()) {
            throw new ProvisioningException(
                    new Failure(
                            "SERVER_FULL",
                            "Shared server '" + server.id() + "' has " + properties.maxDatabasesPerSharedServer()
                                    + " databases, which is its limit",
                            Failure.Kind.EXHAUSTED),
                    null);
        }
        String name = wish.database().clientName();
        Optional<Placement> namesake = placements.findByServerIdAndDatabaseName(server.id(), name);
        if (namesake.isPresent() && namesake.get().state() == PlacementState.REMOVING) {
            throw ProvisioningException.unavailable(
                    "TARGET_NAME_TAKEN",
                    "Server '" + server.id() + "' still has what an earlier move left of database " + name
                            + "; it is being removed",
                    null);
        }
        if (namesake.isPresent()) {
            throw ProvisioningException.conflict(
                    "TARGET_NAME_TAKEN", "Server '" + server.id() + "' has a database " + name + " already");
        }
    }

    private String region(ServerWish wish) {
        return Objects.requireNonNullElse(wish.region(), properties.defaultRegion());
    }

    private static void requireEqual(String code, String serverId, String what, String actual, String expected) {
        if (!actual.equals(expected)) {
            throw ProvisioningException.refused(
                    code, "Server '" + serverId + "' has " + what + " " + actual + "; expected " + expected);
        }
    }
}
