package io.godwit.proxy.protocol.postgresql;

import io.godwit.engines.EngineId;
import io.godwit.engines.SecretSealer;
import io.godwit.proxy.gate.DatabaseGate;
import io.godwit.proxy.gate.GateRegistry;
import io.godwit.proxy.protocol.BackgroundResolver;
import io.godwit.proxy.protocol.LoginThrottle;
import io.godwit.proxy.protocol.SessionLimits;
import io.godwit.proxy.protocol.WireProtocol;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** PostgreSQL's wire protocol: what all its sessions share. Safe for use by all event loops. */
public final class PostgresProtocol implements WireProtocol {
    private final int port;
    private final GateRegistry gates;
    private final SessionLimits limits;
    private final LoginThrottle throttle;
    private final PostgresNonces nonces = new PostgresNonces();
    private final PostgresCancelKeys cancelKeys = new PostgresCancelKeys(nonces);
    private final PostgresSessionSettings sessionSettings;
    private final PostgresConnector connector;
    private final @Nullable SslContext clientTls;

    /**
     * How servers are reached.
     *
     * @param trust for servers with TLS; null if no CA is configured
     * @param sealer opens the logins in routes
     * @param blockingWork runs key derivations and name look-ups
     */
    public record ServerSide(
            Class<? extends Channel> channelClass,
            Duration connectTimeout,
            @Nullable SslContext trust,
            SecretSealer sealer,
            Executor blockingWork) {}

    /** @param clientTls null refuses TLS */
    public PostgresProtocol(
            int port,
            GateRegistry gates,
            SessionLimits limits,
            LoginThrottle throttle,
            Duration holdLimit,
            ServerSide servers,
            @Nullable SslContext clientTls) {
        this.port = port;
        this.gates = gates;
        this.limits = limits;
        this.throttle = throttle;
        this.sessionSettings = PostgresSessionSettings.withHoldLimit(holdLimit);
        this.clientTls = clientTls;
        this.connector = new PostgresConnector(
                servers.channelClass(),
                new BackgroundResolver(servers.blockingWork()),
                servers.connectTimeout(),
                new PostgresScramKeyCache(servers.sealer(), servers.blockingWork()),
                nonces,
                servers.trust());
    }

    /** @return the verifier under which clients with that password are let in */
    public static String verifierOf(String password) {
        return PostgresScramVerifier.ofPassword(password).toText();
    }

    @Override
    public EngineId engine() {
        return EngineId.POSTGRESQL;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void initialize(Channel channel) {
        channel.pipeline().addLast(new PostgresStartupDecoder(), new PostgresLoginHandler(this));
    }

    PostgresSession newSession(Channel channel, DatabaseGate gate, Map<String, String> startupParameters) {
        return new PostgresSession(
                channel,
                gate.on(channel.eventLoop()),
                new PostgresServers(channel.eventLoop(), connector, sessionSettings, startupParameters),
                cancelKeys);
    }

    GateRegistry gates() {
        return gates;
    }

    SessionLimits limits() {
        return limits;
    }

    LoginThrottle throttle() {
        return throttle;
    }

    PostgresNonces nonces() {
        return nonces;
    }

    PostgresCancelKeys cancelKeys() {
        return cancelKeys;
    }

    @Nullable
    SslContext clientTls() {
        return clientTls;
    }
}
