package io.godwit.gateway.audit;

import io.godwit.gateway.access.AccessConfiguration;
import java.time.InstantSource;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts the audit into the chain of filters. */
@Configuration(proxyBeanMethods = false)
class AuditConfiguration {
    @Bean
    FilterRegistrationBean<AuditFilter> auditFilter(AuditTable table, InstantSource clock) {
        return AccessConfiguration.forApi(new AuditFilter(table, clock), AccessConfiguration.AUDIT_ORDER);
    }
}
