package io.godwit.provisioning.server;

import io.godwit.engines.EngineId;
import io.godwit.engines.Login;
import io.godwit.engines.SecretSealer;
import io.godwit.engines.ServerAccess;
import io.godwit.engines.ServerAddress;
import io.godwit.engines.Tier;
import io.godwit.engines.TransportSecurity;
import io.godwit.provisioning.engine.Engines;
import io.godwit.provisioning.engine.Passwords;
import io.godwit.provisioning.engine.Provisioner;
import io.godwit.provisioning.engine.ProvisioningException;
import io.godwit.provisioning.registry.ProviderKind;
import io.godwit.provisioning.registry.Server;
import io.godwit.provisioning.registry.ServerRepository;
import io.godwit.provisioning.registry.Transactions;
import io.godwit.rest.PublicIds;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Takes servers into the registry: ones that somebody else runs, and new ones that an operator asks for. */
@Component
class ServerRegistration {
    private final ServerRepository servers;
    private final ProcessServers processes;
    private final ServerMaker maker;
    private final ServerRemoval removal;
    private final ServerIdentities identities;
    private final Engines engines;
    private final SecretSealer sealer;
    private final Transactions transactions;
    private final InstantSource clock;

    ServerRegistration(
            ServerRepository servers,
            ProcessServers processes,
            ServerMaker maker,
            ServerRemoval removal,
            ServerIdentities identities,
            Engines engines,
            SecretSealer sealer,
            Transactions transactions,
            InstantSource clock) {
        this.servers = servers;
        this.processes = processes;
        this.maker = maker;
        this.removal = removal;
        this.identities = identities;
        this.engines = engines;
        this.sealer = sealer;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** Where an existing server is and how Godwit logs in as its administrator. */
    record Existing(ServerAddress address, String user, String password, TransportSecurity security) {
        @Override
        public String toString() {
            return "Existing[" + address + "]";
        }
    }

    Server provision(EngineId engine, Tier tier, String region) {
        Server recorded = transactions.call(() -> {
            transactions.lock(Transactions.Subject.SERVERS, "");
            return processes.reserve(engine, tier, region, null);
        });
        try {
            maker.ensureReady(recorded.id());
        } catch (RuntimeException e) {
            undo(recorded.id(), e);
            throw e;
        }
        return servers.findById(recorded.id()).orElseThrow();
    }

    Server register(EngineId engine, Tier tier, String region, @Nullable String name, Existing existing) {
        ServerAddress address = existing.address();
        refuseKnown(address);
        ServerAccess access = new ServerAccess(
                PublicIds.next("srv"),
                engine,
                "",
                address,
                existing.security(),
                new Login(existing.user(), sealer.seal(existing.password())),
                new Login(ProcessServers.REPLICATION, sealer.seal(Passwords.random())));
        Provisioner provisioner = engines.provisioner(engine);
        if (tier == Tier.SHARED && !provisioner.holdsManyDatabases()) {
            throw ProvisioningException.refused(
                    "TIER_NOT_SUPPORTED",
                    "A registered server of engine " + engine.id()
                            + " holds one database; expected tier dedicated (Godwit makes shared ones itself)");
        }
        String version = provisioner.inspect(access);
        ServerAccess inspected = new ServerAccess(
                access.serverId(), engine, version, address, access.security(), access.admin(), access.replication());
        return identities.register(inspected, () -> {
            provisioner.setUpServer(inspected, false);
            return record(
                    new Server(inspected, name, tier, region, ProviderKind.REGISTERED, null, clock.instant()), address);
        });
    }

    private Server record(Server server, ServerAddress address) {
        return transactions.call(() -> {
            transactions.lock(Transactions.Subject.SERVERS, "");
            refuseKnown(address);
            Server recorded = servers.save(server);
            maker.announce(recorded);
            return recorded;
        });
    }

    private void undo(String serverId, RuntimeException failure) {
        try {
            removal.removeEmpty(serverId);
        } catch (ProvisioningException e) {
            // Somebody's database waits for the server and tries to make it, or the reconciler removes it later.
            failure.addSuppressed(e);
        }
    }

    private void refuseKnown(ServerAddress address) {
        servers.findByHostAndPort(address.host(), address.port()).ifPresent(known -> {
            throw ProvisioningException.conflict(
                    "SERVER_EXISTS", "Server " + address + " is known already as server '" + known.id() + "'");
        });
    }
}
