package io.godwit.backup.engine.postgresql;

import io.godwit.backup.engine.BackupEngine;
import io.godwit.backup.tool.ToolProcesses;
import io.godwit.engines.SecretSealer;
import io.godwit.engines.postgresql.PostgresConnections;
import java.io.IOException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class PostgresEngineConfiguration {

    @Bean
    PostgresConnections postgresConnections(PostgresAccessProperties access) throws IOException {
        return new PostgresConnections(SecretSealer.fromKeyFile(access.masterKeyFile()), access.caCertificate());
    }

    @Bean
    BackupEngine postgresBackupEngine(
            PostgresConnections connections, ToolProcesses processes, PostgresProperties properties) {
        return new PostgresBackupEngine(connections, new PostgresTools(processes, connections, properties), properties);
    }
}
