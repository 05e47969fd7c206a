package io.godwit.proxy;

import io.godwit.proxy.control.Presence;
import io.godwit.proxy.control.Readiness;
import io.godwit.proxy.gate.GateRegistry;
import io.godwit.proxy.network.ProxyListener;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Begins to serve when routes and commands are at hand, and stops without cutting anybody off in the middle. Health indicator
 * {@code routes}: a proxy that does not serve yet is not ready.
 */
@Component("routes")
class ProxyService implements HealthIndicator {
    private static final Logger LOG = LoggerFactory.getLogger(ProxyService.class);
    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration CUT_LIMIT = Duration.ofSeconds(2);

    private final ProxyListener listener;
    private final GateRegistry gates;
    private final ProxyProperties properties;
    private final Presence presence;

    ProxyService(
            ProxyListener listener,
            GateRegistry gates,
            ProxyProperties properties,
            Presence presence,
            Readiness readiness) {
        this.listener = listener;
        this.gates = gates;
        this.properties = properties;
        this.presence = presence;
        readiness.whenReady(this::serve);
    }

    private void serve() {
        listener.open();
        presence.arrived();
    }

    @Override
    public Health health() {
        return listener.isOpen() ? Health.up().build() : Health.outOfService().build();
    }

    /**
     * Runs before any bean stops, so that commands about the databases of the remaining sessions are still obeyed: no
     * new clients, running exchanges finish, then each session gets the engine's own error.
     */
    @EventListener(ContextClosedEvent.class)
    void stop() {
        boolean served = listener.isOpen();
        listener.close();
        gates.leaveAll();
        if (!awaitNoSessions(properties.stopLimit())) {
            LOG.atWarn()
                    .setMessage("Sessions that did not finish in time are cut")
                    .addKeyValue("sessions", gates.sessions())
                    .log();
            gates.cutAll();
            awaitNoSessions(CUT_LIMIT);
        }
        if (served) {
            presence.left();
        }
    }

    private boolean awaitNoSessions(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (gates.sessions() > 0 && System.nanoTime() < deadline) {
            try {
                Thread.sleep(POLL);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return gates.sessions() == 0;
    }
}
