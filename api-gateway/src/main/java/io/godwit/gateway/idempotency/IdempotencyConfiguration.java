package io.godwit.gateway.idempotency;

import io.godwit.gateway.access.AccessConfiguration;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts idempotency into the chain of filters. */
@Configuration(proxyBeanMethods = false)
class IdempotencyConfiguration {
    @Bean
    FilterRegistrationBean<IdempotencyFilter> idempotencyFilter(IdempotencyTable table) {
        return AccessConfiguration.forApi(new IdempotencyFilter(table), AccessConfiguration.IDEMPOTENCY_ORDER);
    }
}
