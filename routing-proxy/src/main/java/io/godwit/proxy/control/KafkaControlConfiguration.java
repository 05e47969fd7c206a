package io.godwit.proxy.control;

import io.godwit.messaging.DirectPublisher;
import io.godwit.proxy.gate.GateRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;

/** The proxy as one of an installation's services. */
@Configuration(proxyBeanMethods = false)
@Conditional(OnKafkaRoutes.class)
class KafkaControlConfiguration {

    @Bean(destroyMethod = "close")
    KafkaGateEvents gateEvents(DirectPublisher publisher) {
        return new KafkaGateEvents(publisher);
    }

    @Bean
    ProxyCommandListener proxyCommandListener(GateRegistry gates, Readiness readiness) {
        return new ProxyCommandListener(gates, readiness);
    }

    /** Routes and commands. */
    @Bean
    Readiness readiness() {
        return new Readiness(2);
    }

    @Bean
    ProxyPresence proxyPresence(ProxyIdentity identity, GateRegistry gates, KafkaGateEvents events) {
        return new ProxyPresence(identity, gates, events);
    }
}
