package io.godwit.provisioning;

import io.godwit.engines.SecretSealer;
import java.io.IOException;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the whole service uses: the sealer of its secrets and its clock. */
@Configuration(proxyBeanMethods = false)
class InstallationConfiguration {
    @Bean
    SecretSealer secretSealer(InstallationProperties installation) throws IOException {
        return SecretSealer.fromKeyFile(installation.masterKeyFile());
    }

    @Bean
    InstantSource clock() {
        return InstantSource.system();
    }
}
