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
    BackupEngine postgresBackupEngine(
            PostgresAccessProperties access, ToolProcesses processes, PostgresProperties properties)
            throws IOException {
        SecretSealer sealer = SecretSealer.fromKeyFile(access.masterKeyFile());
        PostgresConnections connections = new PostgresConnections(sealer, access.caCertificate());
        PostgresTools tools = new PostgresTools(processes, connections, properties);
        return new PostgresBackupEngine(connections, tools, sealer, properties);
    }
}
