package io.godwit.proxy;

import io.godwit.engines.SecretSealer;
import io.godwit.proxy.control.ProxyIdentity;
import io.godwit.proxy.gate.GateEvents;
import io.godwit.proxy.gate.GateRegistry;
import io.godwit.proxy.gate.ScheduledGateTimer;
import io.godwit.proxy.network.EventLoops;
import io.godwit.proxy.network.ProxyListener;
import io.godwit.proxy.network.TlsContexts;
import io.godwit.proxy.protocol.LoginThrottle;
import io.godwit.proxy.protocol.ServerReach;
import io.godwit.proxy.protocol.SessionLimits;
import io.godwit.proxy.protocol.WireProtocol;
import io.godwit.proxy.protocol.postgresql.PostgresPools;
import io.godwit.proxy.protocol.postgresql.PostgresProtocol;
import io.godwit.proxy.protocol.redis.RedisProtocol;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts the data path together. */
@Configuration(proxyBeanMethods = false)
class ProxyConfiguration {
    private static final int KEY_BYTES = 32;

    @Bean
    ProxyIdentity proxyIdentity(ProxyProperties properties) {
        return new ProxyIdentity(Objects.requireNonNull(properties.id()));
    }

    /** Alone, the proxy seals the route file's passwords for itself only, hence under a key nobody else has. */
    @Bean
    SecretSealer secretSealer(InstallationProperties installation) throws IOException {
        if (installation.masterKeyFile() != null) {
            return SecretSealer.fromKeyFile(installation.masterKeyFile());
        }
        if (!installation.routes().startsWith("file:")) {
            throw new IllegalStateException("godwit.master-key-file is not set; expected the path of the master key");
        }
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        return new SecretSealer(key);
    }

    @Bean(destroyMethod = "close")
    EventLoops eventLoops(ProxyProperties properties) {
        return new EventLoops(properties.threads());
    }

    @Bean(destroyMethod = "close")
    ScheduledGateTimer gateTimer() {
        return new ScheduledGateTimer();
    }

    @Bean
    GateRegistry gateRegistry(
            ProxyIdentity identity,
            ScheduledGateTimer timer,
            GateEvents events,
            EventLoops loops,
            ProxyMetrics metrics) {
        return new GateRegistry(identity.id(), timer, events, loops.all(), metrics);
    }

    @Bean(destroyMethod = "close")
    ExecutorService blockingWork() {
        return Executors.newVirtualThreadPerTaskExecutor();
    }

    @Bean
    TlsContexts tlsContexts(ProxyProperties properties, InstallationProperties installation) {
        return TlsContexts.load(
                new TlsContexts.Files(
                        properties.certificate(), properties.key(), installation.caCertificate(), installation.caKey()),
                properties.bindAddress());
    }

    @Bean
    SessionLimits sessionLimits(ProxyProperties properties, GateRegistry gates) {
        return new SessionLimits(
                properties.maxSessions(),
                properties.maxSessionsPerDatabase(),
                gates::sessions,
                properties.authenticationTimeout());
    }

    @Bean
    LoginThrottle loginThrottle() {
        return new LoginThrottle(InstantSource.system());
    }

    @Bean
    ServerReach serverReach(
            ProxyProperties properties,
            EventLoops loops,
            TlsContexts tls,
            SecretSealer sealer,
            ExecutorService blockingWork) {
        return new ServerReach(loops.channel(), properties.connectTimeout(), tls.servers(), sealer, blockingWork);
    }

    @Bean
    PostgresPools postgresPools(ProxyProperties properties, ProxyMetrics metrics) {
        return new PostgresPools(properties::poolingOf, metrics);
    }

    @Bean
    PostgresProtocol postgresProtocol(
            ProxyProperties properties,
            PostgresPools pools,
            GateRegistry gates,
            SessionLimits limits,
            LoginThrottle throttle,
            ServerReach servers,
            TlsContexts tls) {
        return new PostgresProtocol(
                properties.postgresql().port(),
                gates,
                limits,
                throttle,
                properties.reconnecting(),
                pools,
                servers,
                tls.clients());
    }

    @Bean
    RedisProtocol redisProtocol(
            ProxyProperties properties,
            GateRegistry gates,
            SessionLimits limits,
            LoginThrottle throttle,
            ServerReach servers,
            TlsContexts tls) {
        return new RedisProtocol(
                properties.redis().port(), gates, limits, throttle, properties.reconnecting(), servers, tls.clients());
    }

    /** Opened when the routes are known, not with the context. */
    @Bean(destroyMethod = "close")
    ProxyListener proxyListener(ProxyProperties properties, EventLoops loops, List<WireProtocol> protocols) {
        return new ProxyListener(loops, properties.bindAddress(), protocols);
    }
}
