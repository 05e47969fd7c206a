package io.godwit.provisioning.server;

import io.godwit.engines.EngineId;
import io.godwit.processes.LocalProcessException;
import io.godwit.provisioning.engine.Engines;
import io.godwit.provisioning.engine.ProvisioningException;
import io.godwit.provisioning.engine.StandbyProcess;
import io.godwit.provisioning.engine.Standbys;
import io.godwit.provisioning.engine.Standbys.Takeover;
import io.godwit.provisioning.registry.PlacementRepository;
import io.godwit.provisioning.registry.PlacementState;
import io.godwit.provisioning.registry.Server;
import io.godwit.provisioning.registry.ServerRepository;
import io.godwit.provisioning.registry.Transactions;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Makes a standby the leader of its leader, and takes that back. Whom a server follows is recorded before it is made so,
 * and is what it does whenever it is started, by whomever:
 *
 * <pre>
 *                                from       to
 *  before                        leads      follows from
 *  recorded                      follows to follows from     nobody starts as a leader
 *  from stopped, to has its end
 *  to promoted, recorded         follows to leads
 * </pre>
 *
 * Used outside transactions.
 */
@Component
public class RoleExchange {
    private static final Logger LOG = LoggerFactory.getLogger(RoleExchange.class);
    private static final Duration LOCK_WAIT = Duration.ofMinutes(2);

    private final ServerRepository servers;
    private final PlacementRepository placements;
    private final ProcessServers processes;
    private final Engines engines;
    private final ServerLocks locks;
    private final Transactions transactions;
    private final InstantSource clock;
    private final Duration startTimeout;

    RoleExchange(
            ServerRepository servers,
            PlacementRepository placements,
            ProcessServers processes,
            Engines engines,
            ServerLocks locks,
            Transactions transactions,
            InstantSource clock,
            ProvisioningProperties properties) {
        this.servers = servers;
        this.placements = placements;
        this.processes = processes;
        this.engines = engines;
        this.locks = locks;
        this.transactions = transactions;
        this.clock = clock;
        this.startTimeout = properties.process().startTimeout();
    }

    /**
     * May be repeated.
     *
     * @param fromId the server that leads, and is fenced
     * @param toId its standby
     * @param heldUntil how long every client is held for certain
     * @throws ProvisioningException {@code EXCHANGE_TOO_LATE} if that is over when its turn comes; then nothing is begun
     */
    public void exchange(String fromId, String toId, Instant heldUntil) {
        holdingBoth(fromId, toId, () -> {
            Server from = load(fromId);
            Server to = load(toId);
            if (to.follows() == null && toId.equals(from.follows())) {
                return;
            }
            requireHome(fromId);
            requireFollower(to, fromId);
            // It may have waited long for its turn; what is late by then leaves no slot on the standby.
            requireHeld(heldUntil);
            StandbyProcess leader = processes.openStandby(from);
            standbys(from.engine()).takeOver(to.access(), takeover -> {
                long begun = System.nanoTime();
                takeover.requireFollowing();
                takeover.admit(fromId);
                requireHeld(heldUntil);
                takeOver(takeover, leader, fromId, toId, begun);
            });
        });
    }

    private void takeOver(Takeover takeover, StandbyProcess leader, String fromId, String toId, long begun) {
        follow(fromId, toId);
        long recorded = System.nanoTime();
        leader.stop();
        long stopped = System.nanoTime();
        takeover.awaitEnd(leader.endOfLog());
        long arrived = System.nanoTime();
        takeover.promote();
        long promoted = System.nanoTime();
        lead(toId);
        LOG.atInfo()
                .setMessage("Servers exchanged their roles")
                .addKeyValue("one", fromId)
                .addKeyValue("other", toId)
                .addKeyValue("recordedMillis", millis(begun, recorded))
                .addKeyValue("stoppedMillis", millis(recorded, stopped))
                .addKeyValue("arrivedMillis", millis(stopped, arrived))
                .addKeyValue("promotedMillis", millis(arrived, promoted))
                .log();
    }

    /** Starts a server that was stopped to become a standby, and has it keep nothing for its former standby. */
    public void startStandby(String serverId) {
        locks.holding(serverId, LOCK_WAIT, () -> {
            Optional<Server> standby = servers.findById(serverId);
            String leaderId = standby.map(Server::follows).orElse(null);
            if (standby.isPresent() && leaderId != null) {
                processes.openStandby(standby.get()).start(startTimeout);
                standbys(standby.get().engine()).dismiss(standby.get().access(), leaderId);
            }
        });
    }

    /**
     * Takes {@link #exchange} back, however far it came. Does nothing unless {@code from} is the home of its database and
     * the two are leader and standby of each other. May be repeated.
     */
    public void restore(String fromId, String toId) {
        holdingBoth(fromId, toId, () -> {
            Optional<Server> from = servers.findById(fromId);
            if (from.isEmpty() || !isHome(fromId)) {
                return;
            }
            String leaderId = from.get().follows();
            if (leaderId == null) {
                resume(from.get(), toId);
                return;
            }
            if (!toId.equals(leaderId) || !standsBack(toId, fromId)) {
                return;
            }
            StandbyProcess formerLeader = processes.openStandby(from.get());
            servers.findById(toId).ifPresent(to -> throwAwayWhatLed(to, formerLeader.timeline()));
            if (formerLeader.isStandby()) {
                // It has followed nobody's writes but its own server's: no client was let in.
                formerLeader.stop();
            }
            lead(fromId);
            processes.openStandby(load(fromId)).start(startTimeout);
            // Whatever the other is made of from now on needs the log from here.
            standbys(from.get().engine()).admit(from.get().access(), toId);
        });
    }

    /**
     * Nothing was exchanged; or an earlier try to take it back recorded that {@code from} leads, and came no further. Without
     * what it keeps for its standby that one would never follow it again.
     */
    private void resume(Server from, String toId) {
        boolean follows = servers.findById(toId)
                .map(Server::follows)
                .filter(from.id()::equals)
                .isPresent();
        if (!follows) {
            return;
        }
        processes.openStandby(from).start(startTimeout);
        Standbys standbys = standbys(from.engine());
        // To admit a standby that is away for a moment again would lose what was kept for it.
        if (!standbys.isAdmitted(from.access(), toId)) {
            standbys.admit(from.access(), toId);
        }
    }

    /**
     * From here on neither starts as a leader, and no route is published to the one.
     *
     * @return false if one was, meanwhile
     */
    private boolean standsBack(String toId, String fromId) {
        return transactions.call(() -> {
            Optional<Server> to = servers.findAndLock(toId);
            boolean home = isHome(fromId);
            if (home) {
                to.ifPresent(server -> server.follow(fromId));
            }
            return home;
        });
    }

    private void throwAwayWhatLed(Server to, int timeline) {
        StandbyProcess process = processes.openStandby(to);
        // A promotion that was not waited for may yet come to its end. Whoever watches the servers starts a standby.
        process.stop();
        // One that died after it had been promoted was started as a standby, as its record says.
        if (!process.isStandby() || process.timeline() > timeline) {
            process.discardData();
        }
    }

    private void holdingBoth(String one, String other, Runnable work) {
        locks.holding(
                one,
                LOCK_WAIT,
                () -> locks.holding(other, LOCK_WAIT, () -> {
                    try {
                        work.run();
                    } catch (LocalProcessException | UncheckedIOException e) {
                        LOG.atWarn()
                                .setMessage("Servers could not exchange their roles")
                                .addKeyValue("one", one)
                                .addKeyValue("other", other)
                                .setCause(e)
                                .log();
                        throw ProvisioningException.unavailable(
                                "ROLES_NOT_CHANGED",
                                "The roles of servers '" + one + "' and '" + other + "' could not be changed: "
                                        + e.getMessage(),
                                e);
                    }
                }));
    }

    private static long millis(long from, long to) {
        return Duration.ofNanos(to - from).toMillis();
    }

    private void requireHeld(Instant until) {
        if (!clock.instant().isBefore(until)) {
            throw ProvisioningException.unavailable(
                    "EXCHANGE_TOO_LATE",
                    "Clients were held until " + until
                            + " and may have gone on; expected the servers' roles to be exchanged before",
                    null);
        }
    }

    private void requireHome(String serverId) {
        if (!isHome(serverId)) {
            throw ProvisioningException.conflict(
                    "NOT_THE_HOME",
                    "Server '" + serverId + "' is no database's home; expected the one that leads to be");
        }
    }

    private static void requireFollower(Server to, String fromId) {
        if (!fromId.equals(to.follows())) {
            throw ProvisioningException.conflict(
                    "NOT_A_STANDBY",
                    "Server '" + to.id() + "' follows " + (to.follows() == null ? "nobody" : to.follows())
                            + "; expected '" + fromId + "'");
        }
    }

    private boolean isHome(String serverId) {
        return placements.findByServerIdOrderById(serverId).stream()
                .anyMatch(placement -> placement.state() == PlacementState.HOME);
    }

    private void follow(String serverId, String leaderId) {
        transactions.run(() -> servers.findAndLock(serverId).orElseThrow().follow(leaderId));
    }

    private void lead(String serverId) {
        transactions.run(() -> servers.findAndLock(serverId).orElseThrow().lead());
    }

    private Server load(String serverId) {
        return servers.findById(serverId)
                .orElseThrow(() ->
                        ProvisioningException.conflict("SERVER_NOT_FOUND", "Server '" + serverId + "' does not exist"));
    }

    private Standbys standbys(EngineId engine) {
        return engines.standbys(engine)
                .orElseThrow(() -> ProvisioningException.conflict(
                        "ENGINE_HAS_NO_STANDBYS", "Servers of engine " + engine.id() + " do not follow each other"));
    }
}
