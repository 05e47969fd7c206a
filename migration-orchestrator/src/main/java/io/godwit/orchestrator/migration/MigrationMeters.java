package io.godwit.orchestrator.migration;

import io.godwit.orchestrator.saga.Migration;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/** How long decisions take, how migrations end, and what pauses they cost. */
@Component
class MigrationMeters {
    private final MeterRegistry registry;
    private final Timer decisions;

    MigrationMeters(MeterRegistry registry) {
        this.registry = registry;
        this.decisions = Timer.builder("godwit.migrations.decision")
                .description("Reading, deciding and storing, without the commit")
                .publishPercentiles(0.5, 0.99)
                .register(registry);
    }

    <T> T timed(Supplier<T> decision) {
        Timer.Sample sample = Timer.start(registry);
        try {
            return decision.get();
        } finally {
            sample.stop(decisions);
        }
    }

    void ended(Migration migration) {
        registry.counter("godwit.migrations.ended", "status", migration.status().id())
                .increment();
        Long pause = migration.cutover().pauseMillis();
        if (pause != null) {
            registry.timer("godwit.migrations.pause").record(Duration.ofMillis(pause));
        }
    }
}
