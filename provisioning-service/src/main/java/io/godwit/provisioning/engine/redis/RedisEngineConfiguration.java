package io.godwit.provisioning.engine.redis;

import io.godwit.engines.SecretSealer;
import io.godwit.engines.redis.RedisConnections;
import java.nio.file.Path;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** How this service connects to Redis servers. */
@Configuration(proxyBeanMethods = false)
class RedisEngineConfiguration {
    @Bean
    RedisConnections redisConnections(SecretSealer sealer, @Value("${godwit.ca-certificate}") Path caCertificate) {
        return new RedisConnections(sealer, caCertificate);
    }
}
