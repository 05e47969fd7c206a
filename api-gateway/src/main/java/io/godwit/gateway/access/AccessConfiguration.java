package io.godwit.gateway.access;

import io.godwit.gateway.GatewayProperties;
import io.godwit.gateway.token.Tokens;
import jakarta.servlet.Filter;
import java.util.List;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The filters before the API, in their order; audit, event streams and idempotency follow them. */
@Configuration(proxyBeanMethods = false)
public class AccessConfiguration {
    /** Before the rights, so that refused attempts are recorded as well. */
    public static final int AUDIT_ORDER = 40;

    /** After the rights, so that only streams that are let in count. */
    public static final int EVENT_STREAM_ORDER = 55;

    /** Last, so that only what would be done is remembered. */
    public static final int IDEMPOTENCY_ORDER = 60;

    @Bean
    FilterRegistrationBean<RequestFormFilter> requestFormFilter(GatewayProperties properties) {
        FilterRegistrationBean<RequestFormFilter> everywhere =
                forApi(new RequestFormFilter(properties.maxRequestSize()), 10);
        // Whether a path with dot segments belongs to the API is the very thing that is ambiguous.
        everywhere.setUrlPatterns(List.of("/*"));
        return everywhere;
    }

    @Bean
    FilterRegistrationBean<AuthenticationFilter> authenticationFilter(Tokens tokens, GatewayProperties properties) {
        return forApi(new AuthenticationFilter(tokens, new FailedLogins(properties.failedLoginsPerMinute())), 20);
    }

    @Bean
    FilterRegistrationBean<RateLimitFilter> rateLimitFilter(GatewayProperties properties) {
        return forApi(new RateLimitFilter(properties.requestsPerSecond()), 30);
    }

    @Bean
    FilterRegistrationBean<AccessFilter> accessFilter() {
        return forApi(new AccessFilter(), 50);
    }

    /** Registers a filter for the API and nothing else. */
    public static <F extends Filter> FilterRegistrationBean<F> forApi(F filter, int order) {
        FilterRegistrationBean<F> registration = new FilterRegistrationBean<>(filter);
        registration.addUrlPatterns("/api/*");
        registration.setOrder(order);
        return registration;
    }
}
