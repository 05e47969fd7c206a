package io.godwit.provisioning.server;

import io.godwit.engines.EngineId;
import io.godwit.engines.ServerAccess;
import io.godwit.events.Failure;
import io.godwit.provisioning.engine.Engines;
import io.godwit.provisioning.engine.Provisioner;
import io.godwit.provisioning.engine.ProvisioningException;
import io.godwit.provisioning.registry.PlacementRepository;
import io.godwit.provisioning.registry.Server;
import io.godwit.provisioning.registry.ServerRepository;
import io.godwit.provisioning.registry.ServerStatus;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Recognises a server under another name. A database that is moved from a server to the same one would be dropped with
 * what was left there.
 *
 * <p>No identity is stored, because it ends with the process that has it: what outlives a restart is part of the data and
 * of every copy. So the servers of an engine are asked, side by side and for seconds at most, which the watch over their
 * health does again and again, too. Those that do not answer by then are not compared: one server that is down must not
 * keep others out of the registry. Whoever makes or drops a database on one server because it lives on another asks both
 * ({@link #areOne}). Used outside transactions.
 */
@Component
public class ServerIdentities {
    private static final int ASKED_AT_ONCE = 32;
    private static final Duration WAIT = Duration.ofSeconds(10);

    private final ServerRepository servers;
    private final PlacementRepository placements;
    private final Engines engines;
    private final Set<String> beingRegistered = ConcurrentHashMap.newKeySet();

    ServerIdentities(ServerRepository servers, PlacementRepository placements, Engines engines) {
        this.servers = servers;
        this.placements = placements;
        this.engines = engines;
    }

    /**
     * Whether two records lead to one server.
     *
     * @param other of the same engine
     * @throws ProvisioningException if that can't be told now: with the server's own code if {@code one} does not answer,
     *     with {@code SERVERS_NOT_TOLD_APART} if {@code other} does not or if one of them was restarted meanwhile
     */
    public boolean areOne(ServerAccess one, ServerAccess other) {
        Provisioner provisioner = engines.provisioner(one.engine());
        String identity = provisioner.identity(one);
        try {
            if (identity.equals(provisioner.identity(other))) {
                return true;
            }
        } catch (ProvisioningException e) {
            throw notToldApart(
                    one,
                    "'" + other.serverId() + "'",
                    e.failure().message(),
                    e.failure().kind(),
                    e);
        }
        requireNotRestarted(one, identity, "'" + other.serverId() + "'");
        return false;
    }

    /**
     * Takes a server into the registry unless it is known there under another name, or is just being taken.
     *
     * @param registration changes the server and records it
     * @throws ProvisioningException {@code SERVER_EXISTS} before anything is changed
     */
    Server register(ServerAccess candidate, Supplier<Server> registration) {
        String identity = engines.provisioner(candidate.engine()).identity(candidate);
        if (!beingRegistered.add(identity)) {
            throw ProvisioningException.conflict(
                    "SERVER_EXISTS", "Server " + candidate.address() + " is just being registered under another name");
        }
        try {
            refuseKnown(candidate, identity);
            requireNotRestarted(candidate, identity, "those that are known");
            return registration.get();
        } finally {
            beingRegistered.remove(identity);
        }
    }

    /**
     * Another record of the same server, as far as those that are known answer.
     *
     * @throws ProvisioningException if the server itself does not
     */
    Optional<ServerAccess> otherRecordOf(ServerAccess server) {
        return otherRecordOf(server, engines.provisioner(server.engine()).identity(server));
    }

    private Optional<ServerAccess> otherRecordOf(ServerAccess server, String identity) {
        Provisioner provisioner = engines.provisioner(server.engine());
        List<Callable<Optional<ServerAccess>>> questions = known(server.engine())
                .filter(known -> !known.serverId().equals(server.serverId()))
                .<Callable<Optional<ServerAccess>>>map(known -> () -> isOf(provisioner, known, identity))
                .toList();
        return ask(questions).stream()
                .filter(answer -> answer.state() == Future.State.SUCCESS)
                .flatMap(answer -> answer.resultNow().stream())
                .findFirst();
    }

    private void refuseKnown(ServerAccess candidate, String identity) {
        otherRecordOf(candidate, identity).ifPresent(known -> {
            throw ProvisioningException.conflict(
                    "SERVER_EXISTS",
                    "Server " + candidate.address() + " is known already as server '" + known.serverId() + "' at "
                            + known.address() + "; expected one that is not in the registry");
        });
    }

    private static Optional<ServerAccess> isOf(Provisioner provisioner, ServerAccess known, String identity) {
        return provisioner.identity(known).equals(identity) ? Optional.of(known) : Optional.empty();
    }

    /** What listens somewhere, those first that answered when they were asked last. */
    private Stream<ServerAccess> known(EngineId engine) {
        List<Server> ofEngine = servers.findByEngine(engine);
        Map<String, Server> byId = ofEngine.stream().collect(Collectors.toMap(Server::id, Function.identity()));
        return Stream.concat(
                ofEngine.stream()
                        .sorted(Comparator.comparing(server -> server.status() != ServerStatus.READY))
                        .map(Server::access),
                placements.findByPortIsNotNull().stream()
                        .flatMap(placement -> Stream.ofNullable(byId.get(placement.serverId()))
                                .map(server -> placement.on(server).server())));
    }

    private static <T> List<Future<T>> ask(List<Callable<T>> questions) {
        ExecutorService threads = Executors.newFixedThreadPool(
                ASKED_AT_ONCE, Thread.ofVirtual().name("identity-", 0).factory());
        try {
            return threads.invokeAll(questions, WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ProvisioningException.unavailable("INTERRUPTED", "The service stops", e);
        } finally {
            // Without waiting for the late ones, which end at their own limits.
            threads.shutdownNow();
        }
    }

    /** One server that was restarted between two questions looks like two. */
    private void requireNotRestarted(ServerAccess server, String identity, String others) {
        if (!engines.provisioner(server.engine()).identity(server).equals(identity)) {
            throw notToldApart(server, others, "it was restarted meanwhile", Failure.Kind.TRANSIENT, null);
        }
    }

    private static ProvisioningException notToldApart(
            ServerAccess server, String others, String why, Failure.Kind kind, @Nullable Throwable cause) {
        return new ProvisioningException(
                new Failure(
                        "SERVERS_NOT_TOLD_APART",
                        "Whether server " + server.address() + " is one with " + others + " can't be told: " + why,
                        kind),
                cause);
    }
}
