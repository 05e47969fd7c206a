package io.godwit.proxy.control;

import io.godwit.engines.DatabaseId;
import io.godwit.events.ProxyEvent;
import io.godwit.proxy.gate.GateEvents;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;

/**
 * A proxy with a route file needs neither broker nor orchestrator: as an application listener this class leaves the
 * messaging out, as a bean it takes the place of what would talk to them.
 */
public final class StandAlone
        implements ApplicationListener<ApplicationEnvironmentPreparedEvent>, GateEvents, Presence {
    private static final String FILE = "file:";
    private static final List<String> NOT_NEEDED = List.of(
            "io.godwit.messaging.MessagingAutoConfiguration",
            "org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration");
    private static final String EXCLUDE = "spring.autoconfigure.exclude";

    static boolean isChosen(Environment environment) {
        return environment.getProperty("godwit.routes", "kafka:").startsWith(FILE);
    }

    @Override
    public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
        ConfigurableEnvironment environment = event.getEnvironment();
        if (isChosen(environment)) {
            List<String> excluded = new ArrayList<>(NOT_NEEDED);
            excluded.addAll(List.of(environment.getProperty(EXCLUDE, String[].class, new String[0])));
            environment
                    .getPropertySources()
                    .addFirst(new MapPropertySource("stand-alone", Map.of(EXCLUDE, String.join(",", excluded))));
        }
    }

    @Override
    public void tell(DatabaseId databaseId, ProxyEvent event) {
        // Nobody commands this proxy, so nobody waits for answers.
    }

    @Override
    public void arrived() {
        // Nobody counts proxies.
    }

    @Override
    public void left() {
        // Nobody counts proxies.
    }
}
