package io.godwit.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.engines.DatabaseId;
import io.godwit.proxy.protocol.Pooling;
import io.godwit.proxy.protocol.Pooling.Mode;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class ProxyPropertiesTest {
    private static final DatabaseId ORDERS = new DatabaseId("acme", "orders");

    @Test
    void nothingIsPooledUnlessSomebodySaysSo() {
        assertThat(bind().poolingOf(ORDERS).mode()).isEqualTo(Mode.NONE);
    }

    @Test
    void aDatabaseIsPooledAsItIsSaidForAllAndOtherwiseAsForIt() {
        ProxyProperties properties = bind(
                "pool", "session",
                "server-connections-per-database", "7",
                "pools[0].database", "acme/orders",
                "pools[0].pool", "transaction",
                "pools[0].server-connections", "3",
                "pools[1].database", "acme/archive",
                "pools[1].pool-wait", "30s");
        assertThat(properties.poolingOf(ORDERS)).isEqualTo(new Pooling(Mode.TRANSACTION, 3, Duration.ofSeconds(5)));
        assertThat(properties.poolingOf(new DatabaseId("acme", "archive")))
                .isEqualTo(new Pooling(Mode.SESSION, 7, Duration.ofSeconds(30)));
        assertThat(properties.poolingOf(new DatabaseId("other", "orders")))
                .isEqualTo(new Pooling(Mode.SESSION, 7, Duration.ofSeconds(5)));
    }

    @Test
    void whatCannotBeIsRefusedWithWhatWasExpected() {
        assertRefused(
                "godwit.proxy: server-connections is 0; expected at least 1", "server-connections-per-database", "0");
        assertRefused(
                "godwit.proxy.pools of database 'acme/orders': pool-wait is PT0S; expected a positive duration",
                "pools[0].database",
                "acme/orders",
                "pools[0].pool-wait",
                "0s");
        assertRefused(
                "godwit.proxy.pools: database 'orders' is not of the form tenant/name", "pools[0].database", "orders");
        assertRefused("godwit.proxy.pools has an entry without database", "pools[0].pool", "session");
        assertRefused(
                "godwit.proxy.pools names database 'acme/orders' twice",
                "pools[0].database",
                "acme/orders",
                "pools[1].database",
                "acme/orders");
    }

    private static void assertRefused(String message, String... settings) {
        assertThatThrownBy(() -> bind(settings))
                .satisfies(e -> assertThat(causes(e)).contains(message));
    }

    private static String causes(Throwable top) {
        StringBuilder messages = new StringBuilder();
        for (Throwable cause = top; cause != null; cause = cause.getCause()) {
            messages.append(cause.getMessage()).append('\n');
        }
        return messages.toString();
    }

    private static ProxyProperties bind(String... settings) {
        Map<String, String> source = new HashMap<>();
        for (int i = 0; i < settings.length; i += 2) {
            source.put("godwit.proxy." + settings[i], settings[i + 1]);
        }
        return new Binder(new MapConfigurationPropertySource(source))
                .bindOrCreate("godwit.proxy", ProxyProperties.class);
    }
}
