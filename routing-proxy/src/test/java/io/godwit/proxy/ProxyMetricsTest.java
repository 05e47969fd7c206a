package io.godwit.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.DatabaseId;
import io.godwit.proxy.protocol.PoolMeters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

class ProxyMetricsTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final PoolMeters.Figures pool = new PoolMeters.Figures() {
        @Override
        public int connectionsInUse() {
            return 7;
        }

        @Override
        public int connectionsIdle() {
            return 2;
        }

        @Override
        public int waiting() {
            return 5;
        }
    };

    @Test
    void aPoolIsMeasuredPerDatabase() {
        new ProxyMetrics(registry).onPool(new DatabaseId("acme", "orders"), pool);
        assertThat(gauge("godwit.proxy.server.connections", "database", "acme/orders", "state", "used"))
                .isEqualTo(7);
        assertThat(gauge("godwit.proxy.server.connections", "database", "acme/orders", "state", "idle"))
                .isEqualTo(2);
        assertThat(gauge("godwit.proxy.pool.waiting", "database", "acme/orders"))
                .isEqualTo(5);
    }

    private double gauge(String name, String... tags) {
        return registry.get(name).tags(tags).gauge().value();
    }
}
