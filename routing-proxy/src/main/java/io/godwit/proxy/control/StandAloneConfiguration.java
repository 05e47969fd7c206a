package io.godwit.proxy.control;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** The proxy on its own. */
@Configuration(proxyBeanMethods = false)
@Conditional(StandAloneConfiguration.OnRouteFile.class)
class StandAloneConfiguration {

    /** Routes only. */
    @Bean
    Readiness readiness() {
        return new Readiness(1);
    }

    @Bean
    StandAlone standAlone() {
        return new StandAlone();
    }

    static final class OnRouteFile implements Condition {
        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return StandAlone.isChosen(context.getEnvironment());
        }
    }
}
