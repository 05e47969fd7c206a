package io.godwit.backup.engine.redis;

import io.godwit.engines.SecretSealer;
import io.godwit.engines.redis.RedisConnections;
import java.io.IOException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class RedisEngineConfiguration {

    @Bean
    RedisConnections redisConnections(RedisAccessProperties access) throws IOException {
        return new RedisConnections(SecretSealer.fromKeyFile(access.masterKeyFile()), access.caCertificate());
    }

    @Bean(initMethod = "removeLeftovers")
    RedisBackupEngine redisBackupEngine(
            RedisConnections connections, RedisAccessProperties access, RedisProperties properties) throws IOException {
        SecretSealer sealer = SecretSealer.fromKeyFile(access.masterKeyFile());
        return new RedisBackupEngine(
                connections,
                new RedisWires(sealer, access.caCertificate()),
                new RedisScratchSpace(connections, sealer, properties),
                properties);
    }
}
