package io.godwit.gateway.stream;

import io.godwit.gateway.access.AccessConfiguration;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts the bound of event streams into the chain of filters. */
@Configuration(proxyBeanMethods = false)
class EventStreamConfiguration {
    @Bean
    FilterRegistrationBean<EventStreamFilter> eventStreamFilter(EventStreams streams) {
        return AccessConfiguration.forApi(new EventStreamFilter(streams), AccessConfiguration.EVENT_STREAM_ORDER);
    }
}
