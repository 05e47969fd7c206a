package io.godwit.proxy.gate;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import io.godwit.engines.Login;
import io.godwit.engines.SealedSecret;
import io.godwit.engines.ServerAddress;
import io.godwit.engines.TransportSecurity;
import io.godwit.events.DatabaseRoute;
import io.godwit.events.ProxyCommand;
import io.godwit.events.ProxyCommand.Backend;
import io.godwit.events.ProxyCommand.HoldTraffic;
import io.godwit.events.ProxyCommand.OnDrainTimeout;
import io.godwit.events.ProxyEvent;
import io.godwit.events.StepRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A gate with two event loops and its sessions, all run by hand. */
final class SimulatedProxy {
    static final DatabaseId DATABASE = new DatabaseId("acme", "orders");

    final ManualExecutor timer = new ManualExecutor();
    final List<ManualExecutor> loops = List.of(new ManualExecutor(), new ManualExecutor());
    final List<ProxyEvent> told = new ArrayList<>();
    final List<SimulatedSession> sessions = new ArrayList<>();
    final DatabaseGate gate =
            new DatabaseGate(DATABASE, "p1", timer, (id, event) -> told.add(event), loops, nanos -> {});

    SimulatedSession connect(int loop) {
        return connect(loop, false);
    }

    /** @param felt whether the session has locks or listens */
    SimulatedSession connect(int loop, boolean felt) {
        SimulatedSession session = new SimulatedSession("s" + sessions.size(), gate.on(loops.get(loop)), felt);
        sessions.add(session);
        loops.get(loop).execute(session::start);
        return session;
    }

    /** Lets every thread run until none has anything to do; sessions do not step on. */
    void settle() {
        boolean ran = true;
        while (ran) {
            ran = timer.runOne();
            for (ManualExecutor loop : loops) {
                ran |= loop.runOne();
            }
        }
    }

    /** Lets sessions step on as well, until everything is at rest. */
    void finish() {
        settle();
        while (sessions.stream().anyMatch(SimulatedSession::busy)) {
            sessions.forEach(SimulatedSession::step);
            settle();
            if (sessions.stream().noneMatch(SimulatedProxy::canStep)) {
                return;
            }
        }
    }

    private static boolean canStep(SimulatedSession session) {
        return session.busy() && session.attached();
    }

    void route(long epoch) {
        timer.execute(() -> gate.onRoute(routeOf(epoch)));
    }

    void command(ProxyCommand command) {
        timer.execute(() -> gate.onCommand(command));
    }

    static StepRef step(int attempt) {
        return new StepRef("mig_1", DATABASE, attempt);
    }

    static HoldTraffic hold(int attempt, long epoch, OnDrainTimeout onDrainTimeout) {
        return new HoldTraffic(
                step(attempt),
                epoch,
                Duration.ofSeconds(10).toMillis(),
                Duration.ofSeconds(2).toMillis(),
                onDrainTimeout);
    }

    static DatabaseRoute routeOf(long epoch) {
        return new DatabaseRoute(
                DATABASE,
                EngineId.POSTGRESQL,
                epoch,
                new DatabaseRoute.ClientLogin("orders__acme", "verifier"),
                new Backend(
                        "srv_" + epoch,
                        new ServerAddress("127.0.0.1", 5432),
                        TransportSecurity.PLAIN,
                        "orders__acme",
                        new Login("orders__acme", new SealedSecret("x"))));
    }
}
