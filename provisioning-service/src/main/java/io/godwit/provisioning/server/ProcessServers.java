package io.godwit.provisioning.server;

import io.godwit.engines.EngineId;
import io.godwit.engines.Login;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.SecretSealer;
import io.godwit.engines.ServerAccess;
import io.godwit.engines.ServerAddress;
import io.godwit.engines.Tier;
import io.godwit.engines.TransportSecurity;
import io.godwit.events.Failure;
import io.godwit.processes.FreePorts;
import io.godwit.provisioning.engine.DatabaseOptions;
import io.godwit.provisioning.engine.Engines;
import io.godwit.provisioning.engine.LocalServer;
import io.godwit.provisioning.engine.LocalServers;
import io.godwit.provisioning.engine.Passwords;
import io.godwit.provisioning.engine.ProvisioningException;
import io.godwit.provisioning.engine.StandbyProcess;
import io.godwit.provisioning.registry.PlacementRepository;
import io.godwit.provisioning.registry.ProviderKind;
import io.godwit.provisioning.registry.Server;
import io.godwit.provisioning.registry.ServerRepository;
import io.godwit.rest.PublicIds;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** The provider that makes servers as local processes, each with a folder and a port of its own. */
@Component
class ProcessServers {
    static final String ADMINISTRATOR = "godwit_admin";
    static final String REPLICATION = "godwit_replication";
    private static final String HOST = "127.0.0.1";

    private final Engines engines;
    private final ServerRepository servers;
    private final PlacementRepository placements;
    private final SecretSealer sealer;
    private final ProvisioningProperties.LocalProcesses properties;
    private final Path folder;
    private final InstantSource clock;

    ProcessServers(
            Engines engines,
            ServerRepository servers,
            PlacementRepository placements,
            SecretSealer sealer,
            ProvisioningProperties properties,
            @Value("${godwit.home}") Path home,
            InstantSource clock) {
        this.engines = engines;
        this.servers = servers;
        this.placements = placements;
        this.sealer = sealer;
        this.properties = properties.process();
        this.folder = home.resolve("servers");
        this.clock = clock;
    }

    void requireServed(EngineId engine, String region) {
        boolean served = properties.enabled()
                && (properties.regions().isEmpty() || properties.regions().contains(region))
                && engines.localServers(engine).isPresent();
        if (!served) {
            throw ProvisioningException.refused(
                    "NO_PROVIDER_FOR_REGION",
                    "No server for engine " + engine.id() + " is free in region '" + region
                            + "', and no provider makes one there; expected a registered server or one of the regions "
                            + properties.regions());
        }
    }

    String version(EngineId engine) {
        return local(engine).version();
    }

    /** Records a server with its port before anything is made. Nobody else may choose servers meanwhile. */
    Server reserve(EngineId engine, Tier tier, String region, @Nullable String madeFor) {
        requireServed(engine, region);
        ServerAccess access = new ServerAccess(
                PublicIds.next("srv"),
                engine,
                "",
                new ServerAddress(HOST, freePort()),
                TransportSecurity.VERIFY_CA,
                new Login(ADMINISTRATOR, sealer.seal(Passwords.random())),
                new Login(REPLICATION, sealer.seal(Passwords.random())));
        return servers.save(new Server(access, null, tier, region, ProviderKind.PROCESS, madeFor, clock.instant()));
    }

    /** Records, as {@link #reserve} does, a server that will be a copy of the leader, also of its logins. */
    Server reserveStandby(Server leader, String region, String madeFor) {
        requireServed(leader.engine(), region);
        ServerAccess access = new ServerAccess(
                PublicIds.next("srv"),
                leader.engine(),
                "",
                new ServerAddress(HOST, freePort()),
                TransportSecurity.VERIFY_CA,
                leader.access().admin(),
                leader.access().replication());
        Server standby =
                new Server(access, null, leader.tier(), region, ProviderKind.PROCESS, madeFor, clock.instant());
        standby.follow(leader.id());
        return servers.save(standby);
    }

    /** Records that a server has lost its data and is to be made anew, with logins that nobody else has. */
    void renew(Server server) {
        server.renew(sealer.seal(Passwords.random()), sealer.seal(Passwords.random()));
    }

    /** @return a port for one more database on a server where each is a process of its own; null where it is none */
    @Nullable
    Integer reserveDatabasePort(Server server) {
        boolean own = server.provider() == ProviderKind.PROCESS
                && server.tier() == Tier.SHARED
                && engines.localServers(server.engine())
                        .filter(LocalServers::hasDatabaseProcesses)
                        .isPresent();
        return own ? Integer.valueOf(freePort()) : null;
    }

    /** @param options with which the database's process begins its life, if it is made */
    LocalServer openDatabase(PlacedDatabase database, DatabaseOptions options) {
        ServerAccess server = database.server();
        return local(server.engine()).openDatabase(database, folder.resolve(server.serverId()), options);
    }

    /** The process in the role that the server has by its record. */
    LocalServer open(Server server) {
        return engines.standbys(server.engine()).isPresent() ? openStandby(server) : openLeading(server);
    }

    /** The process, to be ended and destroyed only: whom it followed may be gone. */
    LocalServer openToDestroy(Server server) {
        return openLeading(server);
    }

    private LocalServer openLeading(Server server) {
        return local(server.engine())
                .open(
                        server.id(),
                        folder.resolve(server.id()),
                        server.access().address().port(),
                        server.access().admin().user());
    }

    /** The same, of an engine whose servers follow each other. */
    StandbyProcess openStandby(Server server) {
        String leaderId = server.follows();
        ServerAccess leader = leaderId == null
                ? null
                : servers.findById(leaderId).map(Server::access).orElseThrow(() -> leaderGone(server, leaderId));
        return engines.standbys(server.engine())
                .orElseThrow()
                .open(server.access(), folder.resolve(server.id()), leader);
    }

    private static ProvisioningException leaderGone(Server server, String leaderId) {
        return ProvisioningException.conflict(
                "LEADER_NOT_FOUND",
                "Server '" + server.id() + "' follows server '" + leaderId + "', which does not exist; expected it to");
    }

    private LocalServers local(EngineId engine) {
        return engines.localServers(engine)
                .orElseThrow(() -> new IllegalStateException("engine " + engine.id() + " has no local servers"));
    }

    private int freePort() {
        Set<Integer> taken = new HashSet<>(servers.findPorts(HOST));
        taken.addAll(placements.findPorts());
        return properties
                .ports()
                .ports()
                .filter(port -> !taken.contains(port) && FreePorts.isFree(port))
                .findFirst()
                .orElseThrow(() -> new ProvisioningException(
                        new Failure(
                                "NO_FREE_PORT",
                                "All ports of " + properties.ports()
                                        + " are taken; expected a free one for a new server",
                                Failure.Kind.EXHAUSTED),
                        null));
    }
}
