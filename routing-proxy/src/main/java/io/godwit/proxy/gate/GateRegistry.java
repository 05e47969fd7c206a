package io.godwit.proxy.gate;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import io.godwit.events.DatabaseRoute;
import io.godwit.events.ProxyCommand;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All gates of this proxy. Every method may be called from any thread and returns at once. */
public final class GateRegistry {
    private static final Logger LOG = LoggerFactory.getLogger(GateRegistry.class);

    private final String proxyId;
    private final GateTimer timer;
    private final GateEvents events;
    private final List<? extends Executor> eventLoops;
    private final GateMeters meters;
    private final Map<DatabaseId, DatabaseGate> gates = new ConcurrentHashMap<>();
    private final Map<String, DatabaseGate> byClientUser = new ConcurrentHashMap<>();

    public GateRegistry(
            String proxyId,
            GateTimer timer,
            GateEvents events,
            List<? extends Executor> eventLoops,
            GateMeters meters) {
        this.proxyId = proxyId;
        this.timer = timer;
        this.events = events;
        this.eventLoops = List.copyOf(eventLoops);
        this.meters = meters;
    }

    /** The gate of the engine's database whose clients log in as {@code clientUser}; empty if there is no route for it. */
    public Optional<DatabaseGate> find(EngineId engine, String clientUser) {
        return Optional.ofNullable(byClientUser.get(clientUser)).filter(gate -> {
            DatabaseRoute route = gate.committedRoute();
            return route == null || route.engine() == engine;
        });
    }

    public Collection<DatabaseGate> all() {
        return List.copyOf(gates.values());
    }

    public int sessions() {
        return gates.values().stream().mapToInt(DatabaseGate::sessions).sum();
    }

    public void onRoute(DatabaseRoute route) {
        DatabaseGate gate = gateOf(route.databaseId());
        byClientUser.put(route.client().user(), gate);
        timer.execute(() -> gate.onRoute(route));
    }

    /** Runs the task on the gates' thread when all routes handed over so far are in force. */
    public void afterRoutes(Runnable task) {
        timer.execute(task);
    }

    /** The database is gone: nobody logs in to it any more. Its server ends the sessions that are left. */
    public void onRouteDeleted(DatabaseId databaseId) {
        DatabaseGate gate = gates.remove(databaseId);
        if (gate != null) {
            byClientUser.values().removeIf(gate::equals);
            meters.onGateRemoved(gate);
            LOG.atInfo()
                    .setMessage("A database's route was deleted")
                    .addKeyValue("database", databaseId)
                    .log();
        }
    }

    /** A database that has no route yet is held all the same: its route may be on the way. */
    public void onCommand(ProxyCommand command) {
        DatabaseGate gate = gateOf(command.step().databaseId());
        timer.execute(() -> gate.onCommand(command));
    }

    /** Asks every session to leave after its current exchange. */
    public void leaveAll() {
        gates.values().forEach(gate -> gate.onEachLoop(LoopGate::leaveAll));
    }

    public void cutAll() {
        gates.values().forEach(gate -> gate.onEachLoop(LoopGate::cutAll));
    }

    private DatabaseGate gateOf(DatabaseId databaseId) {
        return gates.computeIfAbsent(databaseId, id -> {
            DatabaseGate gate = new DatabaseGate(
                    id, proxyId, timer, events, eventLoops, nanos -> meters.onHeld(id, Duration.ofNanos(nanos)));
            meters.onGate(gate);
            return gate;
        });
    }
}
