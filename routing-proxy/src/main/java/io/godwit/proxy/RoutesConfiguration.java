package io.godwit.proxy;

import io.godwit.engines.EngineId;
import io.godwit.engines.SecretSealer;
import io.godwit.proxy.control.Readiness;
import io.godwit.proxy.gate.GateRegistry;
import io.godwit.proxy.protocol.postgresql.PostgresProtocol;
import io.godwit.proxy.protocol.redis.RedisProtocol;
import io.godwit.proxy.route.RouteFile;
import io.godwit.proxy.route.RouteListener;
import java.io.IOException;
import java.nio.file.Path;
import org.springframework.boot.autoconfigure.condition.ConditionalOnExpression;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Where routes come from. */
@Configuration(proxyBeanMethods = false)
class RoutesConfiguration {
    private static final String FROM_FILE = "'${godwit.routes:kafka:}'.startsWith('file:')";
    private static final String FILE = "file:";

    @Bean
    @ConditionalOnExpression("!" + FROM_FILE)
    RouteListener routeListener(GateRegistry gates, Readiness readiness) {
        return new RouteListener(gates, readiness::conditionMet);
    }

    @Bean
    @ConditionalOnExpression(FROM_FILE)
    ApplicationListener<ApplicationStartedEvent> routeFileReader(
            InstallationProperties installation, SecretSealer sealer, GateRegistry gates, Readiness readiness) {
        Path file = Path.of(installation.routes().substring(FILE.length()));
        RouteFile routes = new RouteFile(sealer, RoutesConfiguration::verifierOf);
        return started -> {
            try {
                routes.read(file).forEach(gates::onRoute);
            } catch (IOException e) {
                throw new IllegalStateException("route file " + file + " can't be read: " + e.getMessage(), e);
            }
            gates.afterRoutes(readiness::conditionMet);
        };
    }

    private static String verifierOf(EngineId engine, String password) {
        return switch (engine) {
            case POSTGRESQL -> PostgresProtocol.verifierOf(password);
            case REDIS -> RedisProtocol.verifierOf(password);
        };
    }
}
