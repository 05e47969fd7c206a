package io.godwit.replication;

import io.godwit.engines.SecretSealer;
import io.godwit.engines.postgresql.PostgresConnections;
import io.godwit.engines.redis.RedisConnections;
import io.godwit.replication.engine.UndoRecords;
import io.godwit.replication.engine.postgresql.PostgresEngine;
import io.godwit.replication.engine.redis.RedisEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the engines need. */
@Configuration(proxyBeanMethods = false)
class ReplicationConfiguration {

    @Bean
    SecretSealer secretSealer(GodwitProperties properties) throws IOException {
        return SecretSealer.fromKeyFile(properties.masterKeyFile());
    }

    @Bean
    PostgresEngine postgresEngine(
            SecretSealer sealer,
            GodwitProperties properties,
            ReplicationProperties replication,
            UndoRecords records,
            @Value("${godwit.postgresql.bin-directory}") Path binDirectory) {
        return new PostgresEngine(
                sealer,
                new PostgresConnections(sealer, properties.caCertificate()),
                binDirectory,
                records,
                replication.limits(),
                InstantSource.system());
    }

    @Bean
    RedisConnections redisConnections(SecretSealer sealer, GodwitProperties properties) {
        return new RedisConnections(sealer, properties.caCertificate());
    }

    @Bean
    RedisEngine redisEngine(
            SecretSealer sealer, RedisConnections connections, ReplicationProperties replication, UndoRecords records) {
        return new RedisEngine(sealer, connections, records, replication.limits(), replication.redis());
    }
}
