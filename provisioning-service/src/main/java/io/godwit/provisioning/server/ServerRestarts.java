package io.godwit.provisioning.server;

import io.godwit.processes.LocalProcessException;
import io.godwit.provisioning.engine.LocalServer;
import io.godwit.provisioning.engine.ProvisioningException;
import io.godwit.provisioning.registry.Server;
import io.godwit.provisioning.registry.ServerRepository;
import io.godwit.provisioning.registry.ServerStatus;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Starts the processes of servers that died: ever more rarely, and not for ever. */
@Component
class ServerRestarts {
    private static final Logger LOG = LoggerFactory.getLogger(ServerRestarts.class);
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    private static final int MOST_DOUBLINGS = 6;
    private static final int MOST_ATTEMPTS = 12;
    /** A server that has answered for so long has recovered. */
    private static final Duration RECOVERED = Duration.ofMinutes(1);

    private static final Duration LOCK_WAIT = Duration.ofSeconds(1);

    private final ProcessServers processes;
    private final ServerRepository servers;
    private final ServerLocks locks;
    private final InstantSource clock;
    private final Duration startTimeout;
    private final Map<String, Attempts> attempts = new ConcurrentHashMap<>();

    ServerRestarts(
            ProcessServers processes,
            ServerRepository servers,
            ServerLocks locks,
            InstantSource clock,
            ProvisioningProperties properties) {
        this.processes = processes;
        this.servers = servers;
        this.locks = locks;
        this.clock = clock;
        this.startTimeout = properties.process().startTimeout();
    }

    void onAnswer(String serverId) {
        attempts.computeIfPresent(
                serverId, (_, past) -> past.last().plus(RECOVERED).isBefore(clock.instant()) ? null : past);
    }

    void onSilence(Server server) {
        Attempts past = attempts.getOrDefault(server.id(), new Attempts(0, Instant.EPOCH));
        if (past.count() >= MOST_ATTEMPTS || past.last().plus(past.pause()).isAfter(clock.instant())) {
            return;
        }
        try {
            locks.holding(server.id(), LOCK_WAIT, () -> startIfDead(server, past));
        } catch (ProvisioningException | LocalProcessException | UncheckedIOException e) {
            LOG.atError()
                    .setMessage("A server that died could not be started again")
                    .addKeyValue("server", server.id())
                    .addKeyValue("attempt", past.count() + 1)
                    .addKeyValue("lastAttempt", past.count() + 1 >= MOST_ATTEMPTS)
                    .setCause(e)
                    .log();
        }
    }

    private void startIfDead(Server server, Attempts past) {
        // It may have been given up for removal since it was asked.
        boolean wanted = servers.findById(server.id())
                .filter(now -> now.status() == ServerStatus.READY || now.status() == ServerStatus.UNREACHABLE)
                .isPresent();
        LocalServer local = processes.open(server.access());
        if (!wanted || local.isRunning()) {
            return;
        }
        attempts.put(server.id(), new Attempts(past.count() + 1, clock.instant()));
        LOG.atWarn()
                .setMessage("A server's process is gone; starting it again")
                .addKeyValue("server", server.id())
                .addKeyValue("attempt", past.count() + 1)
                .log();
        local.start(startTimeout);
    }

    private record Attempts(int count, Instant last) {
        Duration pause() {
            return count == 0 ? Duration.ZERO : FIRST_WAIT.multipliedBy(1L << Math.min(count - 1, MOST_DOUBLINGS));
        }
    }
}
