package io.godwit.replication.work;

import io.godwit.engines.DatabaseId;
import io.godwit.replication.engine.Lag;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/** The last measured lag of each moving database. */
@Component
class LagGauges {
    private final MeterRegistry registry;
    private final Map<DatabaseId, Entry> entries = new ConcurrentHashMap<>();

    LagGauges(MeterRegistry registry) {
        this.registry = registry;
    }

    void record(DatabaseId databaseId, Lag lag) {
        entries.computeIfAbsent(databaseId, id -> register(id, lag)).last.lag = lag;
    }

    void forget(DatabaseId databaseId) {
        Entry entry = entries.remove(databaseId);
        if (entry != null) {
            entry.meters.forEach(registry::remove);
        }
    }

    private Entry register(DatabaseId databaseId, Lag first) {
        Last last = new Last(first);
        Meter delay = Gauge.builder(
                        "godwit.replication.lag",
                        last,
                        measured -> measured.lag.delay().toMillis() / 1000.0)
                .baseUnit("seconds")
                .tag("database", databaseId.toString())
                .register(registry);
        Meter bytes = Gauge.builder("godwit.replication.lag.bytes", last, measured -> measured.lag.bytes())
                .baseUnit("bytes")
                .tag("database", databaseId.toString())
                .register(registry);
        return new Entry(last, List.of(delay, bytes));
    }

    private record Entry(Last last, List<Meter> meters) {}

    private static final class Last {
        volatile Lag lag;

        Last(Lag lag) {
            this.lag = lag;
        }
    }
}
