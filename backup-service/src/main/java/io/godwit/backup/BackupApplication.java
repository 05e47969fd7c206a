package io.godwit.backup;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.scheduling.annotation.EnableScheduling;

/** The backup service. */
@SpringBootApplication
@ConfigurationPropertiesScan
@EnableScheduling
public class BackupApplication {
    public static void main(String[] arguments) {
        SpringApplication.run(BackupApplication.class, arguments);
    }
}
