package io.godwit.proxy.control;

import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Matches unless the proxy runs alone. */
final class OnKafkaRoutes implements Condition {
    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
        return !StandAlone.isChosen(context.getEnvironment());
    }
}
