package io.godwit.rest;

import java.io.IOException;
import java.nio.file.Path;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;

/** Lets only Godwit's own services in. The gateway, which the world talks to, leaves it out. */
@AutoConfiguration
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
public class InternalAuthenticationAutoConfiguration {
    @Bean
    InternalToken godwitInternalToken(@Value("${godwit.internal-token-file}") Path file) throws IOException {
        return InternalToken.read(file);
    }

    @Bean
    FilterRegistrationBean<InternalTokenFilter> godwitInternalTokenFilter(InternalToken token) {
        FilterRegistrationBean<InternalTokenFilter> registration =
                new FilterRegistrationBean<>(new InternalTokenFilter(token));
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 100);
        return registration;
    }

    @Bean
    InternalClients godwitInternalClients(
            InternalToken token, @Value("${spring.application.name}") String application) {
        return new InternalClients(token, application);
    }
}
