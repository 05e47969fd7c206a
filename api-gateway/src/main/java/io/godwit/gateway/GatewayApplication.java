package io.godwit.gateway;

import io.godwit.engines.SecretSealer;
import io.godwit.rest.InternalAuthenticationAutoConfiguration;
import io.godwit.rest.InternalToken;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.annotation.EnableScheduling;

/** The API gateway. The world calls it, so it knows bearer tokens and not the services' internal token. */
@SpringBootApplication(exclude = InternalAuthenticationAutoConfiguration.class)
@ConfigurationPropertiesScan
@EnableScheduling
public class GatewayApplication {
    public static void main(String[] arguments) {
        SpringApplication.run(GatewayApplication.class, arguments);
    }

    @Bean
    InternalToken internalToken(@Value("${godwit.internal-token-file}") Path file) throws IOException {
        return InternalToken.read(file);
    }

    @Bean
    SecretSealer secretSealer(@Value("${godwit.master-key-file}") Path file) throws IOException {
        return SecretSealer.fromKeyFile(file);
    }

    @Bean
    InstantSource clock() {
        return InstantSource.system();
    }
}
