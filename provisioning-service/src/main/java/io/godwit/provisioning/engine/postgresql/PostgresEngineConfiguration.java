package io.godwit.provisioning.engine.postgresql;

import io.godwit.engines.SecretSealer;
import io.godwit.engines.postgresql.PostgresConnections;
import java.nio.file.Path;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** How this service connects to PostgreSQL servers. */
@Configuration(proxyBeanMethods = false)
class PostgresEngineConfiguration {
    @Bean
    PostgresConnections postgresConnections(
            SecretSealer sealer, @Value("${godwit.ca-certificate}") Path caCertificate) {
        return new PostgresConnections(sealer, caCertificate);
    }
}
