package io.godwit.orchestrator;

import java.time.InstantSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;

/** Starts the migration orchestrator. */
@SpringBootApplication(proxyBeanMethods = false)
@ConfigurationPropertiesScan
public class OrchestratorApplication {
    public static void main(String[] arguments) {
        SpringApplication.run(OrchestratorApplication.class, arguments);
    }

    @Bean
    InstantSource clock() {
        return InstantSource.system();
    }
}
