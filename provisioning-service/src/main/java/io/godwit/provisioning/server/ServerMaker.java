package io.godwit.provisioning.server;

import io.godwit.engines.SecretSealer;
import io.godwit.engines.ServerAccess;
import io.godwit.events.ProvisioningEvent.ServerReady;
import io.godwit.events.Topics;
import io.godwit.messaging.OutboundRecord;
import io.godwit.messaging.Outbox;
import io.godwit.processes.LocalProcessException;
import io.godwit.provisioning.engine.Engines;
import io.godwit.provisioning.engine.LocalServer;
import io.godwit.provisioning.engine.Provisioner;
import io.godwit.provisioning.engine.ProvisioningException;
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

/** Makes recorded servers real. Whoever needs the same server waits for it, and tries himself if the first one failed. */
@Component
public class ServerMaker {
    private static final Logger LOG = LoggerFactory.getLogger(ServerMaker.class);

    private final ServerRepository servers;
    private final ProcessServers processes;
    private final Engines engines;
    private final SecretSealer sealer;
    private final ServerLocks locks;
    private final Outbox outbox;
    private final Transactions transactions;
    private final Duration startTimeout;

    ServerMaker(
            ServerRepository servers,
            ProcessServers processes,
            Engines engines,
            SecretSealer sealer,
            ServerLocks locks,
            Outbox outbox,
            Transactions transactions,
            ProvisioningProperties properties) {
        this.servers = servers;
        this.processes = processes;
        this.engines = engines;
        this.sealer = sealer;
        this.locks = locks;
        this.outbox = outbox;
        this.transactions = transactions;
        this.startTimeout = properties.process().startTimeout();
    }

    /** Returns when the server takes databases. Used outside a transaction. */
    public ServerAccess ensureReady(String serverId) {
        if (!isReady(load(serverId))) {
            locks.holding(serverId, startTimeout.multipliedBy(2), () -> {
                Server server = load(serverId);
                if (!isReady(server)) {
                    make(server);
                }
            });
        }
        return load(serverId).access();
    }

    /** Records that a server is there, and tells everybody. Used inside a transaction. */
    void announce(Server server) {
        outbox.send(OutboundRecord.message(
                Topics.PROVISIONING_EVENTS,
                server.id(),
                new ServerReady(server.id(), server.engine(), server.tier(), server.region(), server.version())));
    }

    private void make(Server server) {
        if (server.provider() != ProviderKind.PROCESS) {
            throw new IllegalStateException("server " + server.id() + " is registered; expected it to be there");
        }
        ServerAccess access = server.access();
        long started = System.nanoTime();
        try {
            admit(server);
            LocalServer local = processes.open(server);
            local.create(sealer.open(access.admin().password()));
            local.start(startTimeout);
        } catch (LocalProcessException | UncheckedIOException e) {
            // An interrupted service makes the server in its next life.
            if (!Thread.currentThread().isInterrupted()) {
                LOG.atError()
                        .setMessage("A server could not be started")
                        .addKeyValue("server", server.id())
                        .setCause(e)
                        .log();
            }
            throw ProvisioningException.unavailable(
                    "SERVER_START_FAILED", "Server '" + server.id() + "' could not be started; its log says why", e);
        }
        String version = setUp(server);
        if (!recordReady(server.id(), version)) {
            throw gone(server.id());
        }
        LOG.atInfo()
                .setMessage("Made a server")
                .addKeyValue("server", server.id())
                .addKeyValue("address", access.address())
                .addKeyValue(
                        "millis", Duration.ofNanos(System.nanoTime() - started).toMillis())
                .log();
    }

    /** @return false if the server was given up for removal while it was made */
    private boolean recordReady(String serverId, String version) {
        return transactions.call(() -> {
            Optional<Server> made =
                    servers.findAndLock(serverId).filter(server -> server.status() == ServerStatus.CREATING);
            made.ifPresent(server -> {
                server.ready(version);
                announce(server);
            });
            return made.isPresent();
        });
    }

    private void admit(Server server) {
        String leader = server.follows();
        if (leader != null) {
            engines.standbys(server.engine()).orElseThrow().admit(load(leader).access(), server.id());
        }
    }

    /** @return its version */
    private String setUp(Server server) {
        String leader = server.follows();
        if (leader != null) {
            // It has all that its leader has, and takes nothing else.
            return load(leader).version();
        }
        Provisioner provisioner = engines.provisioner(server.engine());
        String version = provisioner.inspect(server.access());
        provisioner.setUpServer(server.access(), true);
        return version;
    }

    private static boolean isReady(Server server) {
        return switch (server.status()) {
            case READY -> true;
            case CREATING -> false;
            case UNREACHABLE ->
                throw ProvisioningException.unavailable(
                        "SERVER_UNREACHABLE", "Server '" + server.id() + "' does not answer", null);
            case REMOVING -> throw gone(server.id());
        };
    }

    private Server load(String serverId) {
        return servers.findById(serverId).orElseThrow(() -> gone(serverId));
    }

    private static ProvisioningException gone(String serverId) {
        return ProvisioningException.unavailable(
                "SERVER_REMOVED", "Server '" + serverId + "' was removed meanwhile", null);
    }
}
