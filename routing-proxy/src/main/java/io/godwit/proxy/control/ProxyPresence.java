package io.godwit.proxy.control;

import io.godwit.events.ProxyEvent.ProxyHeartbeat;
import io.godwit.events.ProxyEvent.ProxyStopped;
import io.godwit.proxy.gate.GateRegistry;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Tells the orchestrator that this proxy is there, so that moves wait for its answers, and when it leaves. It is there
 * from the moment it serves clients.
 */
final class ProxyPresence implements Presence {
    private static final Duration HEARTBEAT = Duration.ofSeconds(1);

    private final ProxyIdentity identity;
    private final GateRegistry gates;
    private final KafkaGateEvents events;
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("heartbeat").daemon().factory());

    ProxyPresence(ProxyIdentity identity, GateRegistry gates, KafkaGateEvents events) {
        this.identity = identity;
        this.gates = gates;
        this.events = events;
    }

    @Override
    public void arrived() {
        var _ = scheduler.scheduleAtFixedRate(
                () -> events.tell(identity.id(), new ProxyHeartbeat(identity.id(), gates.sessions())),
                0,
                HEARTBEAT.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    @Override
    public void left() {
        scheduler.shutdownNow();
        events.tell(identity.id(), new ProxyStopped(identity.id()));
    }
}
