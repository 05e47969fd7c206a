package io.godwit.proxy;

import io.godwit.engines.DatabaseId;
import io.godwit.proxy.gate.DatabaseGate;
import io.godwit.proxy.gate.GateMeters;
import io.godwit.proxy.protocol.PoolMeters;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/**
 * What the gates count, per database. The event loops count for themselves; numbers are put together when somebody
 * looks.
 */
@Component
class ProxyMetrics implements GateMeters, PoolMeters {
    private static final String DATABASE = "database";
    private static final String STATE = "state";

    private final MeterRegistry registry;
    private final Map<DatabaseId, Timer> holds = new ConcurrentHashMap<>();

    ProxyMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void onGate(DatabaseGate gate) {
        String database = gate.databaseId().toString();
        Gauge.builder("godwit.proxy.sessions", gate, DatabaseGate::sessions)
                .description("Client sessions")
                .tag(DATABASE, database)
                .register(registry);
        FunctionCounter.builder("godwit.proxy.exchanges", gate, DatabaseGate::exchanges)
                .description("Exchanges begun")
                .tag(DATABASE, database)
                .register(registry);
        Gauge.builder("godwit.proxy.waiting", gate, DatabaseGate::waiting)
                .description("Exchanges that wait at the gate now")
                .tag(DATABASE, database)
                .register(registry);
        holds.put(
                gate.databaseId(),
                Timer.builder("godwit.proxy.hold")
                        .description("How long exchanges waited at the gate")
                        .tag(DATABASE, database)
                        .publishPercentiles(0.5, 0.95, 0.99)
                        .register(registry));
    }

    @Override
    public void onPool(DatabaseId databaseId, Figures pool) {
        String database = databaseId.toString();
        Gauge.builder("godwit.proxy.server.connections", pool, Figures::connectionsInUse)
                .description("Server connections of a pool, by what they are for")
                .tag(DATABASE, database)
                .tag(STATE, "used")
                .register(registry);
        Gauge.builder("godwit.proxy.server.connections", pool, Figures::connectionsIdle)
                .description("Server connections of a pool, by what they are for")
                .tag(DATABASE, database)
                .tag(STATE, "idle")
                .register(registry);
        Gauge.builder("godwit.proxy.pool.waiting", pool, Figures::waiting)
                .description("Exchanges and logins that wait for a server connection now")
                .tag(DATABASE, database)
                .register(registry);
    }

    @Override
    public void onGateRemoved(DatabaseGate gate) {
        holds.remove(gate.databaseId());
        String database = gate.databaseId().toString();
        registry.getMeters().stream()
                .filter(meter -> database.equals(meter.getId().getTag(DATABASE)))
                .forEach(registry::remove);
    }

    @Override
    public void onHeld(DatabaseId databaseId, Duration time) {
        Timer timer = holds.get(databaseId);
        if (timer != null) {
            timer.record(time);
        }
    }
}
