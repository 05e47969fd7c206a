package io.godwit.proxy;

import io.godwit.proxy.control.StandAlone;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Starts the routing proxy. */
@SpringBootApplication(proxyBeanMethods = false)
@ConfigurationPropertiesScan
public class ProxyApplication {
    public static void main(String[] arguments) {
        SpringApplication application = new SpringApplication(ProxyApplication.class);
        application.addListeners(new StandAlone());
        application.run(arguments);
    }
}
