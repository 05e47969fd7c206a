package io.godwit.replication;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** The replication service. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class ReplicationApplication {
    static void main(String[] arguments) {
        SpringApplication.run(ReplicationApplication.class, arguments);
    }
}
