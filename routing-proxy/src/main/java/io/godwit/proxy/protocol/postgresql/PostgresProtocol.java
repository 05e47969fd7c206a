package io.godwit.proxy.protocol.postgresql;

import io.godwit.engines.EngineId;
import io.godwit.proxy.gate.DatabaseGate;
import io.godwit.proxy.gate.GateRegistry;
import io.godwit.proxy.protocol.BackgroundResolver;
import io.godwit.proxy.protocol.LoginThrottle;
import io.godwit.proxy.protocol.ReconnectSettings;
import io.godwit.proxy.protocol.ServerReach;
import io.godwit.proxy.protocol.SessionLimits;
import io.godwit.proxy.protocol.WireProtocol;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** PostgreSQL's wire protocol: what all its sessions share. Safe for use by all event loops. */
public final class PostgresProtocol implements WireProtocol {
    private final int port;
    private final GateRegistry gates;
    private final SessionLimits limits;
    private final LoginThrottle throttle;
    private final PostgresNonces nonces = new PostgresNonces();
    private final PostgresCancelKeys cancelKeys = new PostgresCancelKeys(nonces);
    private final ReconnectSettings sessionSettings;
    private final PostgresPools pools;
    private final PostgresCarriedRoom carriedRoom = PostgresCarriedRoom.ofThisProcess();
    private final PostgresConnector connector;
    private final @Nullable SslContext clientTls;

    /** @param clientTls null refuses TLS */
    public PostgresProtocol(
            int port,
            GateRegistry gates,
            SessionLimits limits,
            LoginThrottle throttle,
            ReconnectSettings reconnecting,
            PostgresPools pools,
            ServerReach servers,
            @Nullable SslContext clientTls) {
        this.port = port;
        this.gates = gates;
        this.limits = limits;
        this.throttle = throttle;
        this.sessionSettings = reconnecting;
        this.pools = pools;
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
        EventLoop loop = channel.eventLoop();
        PostgresPool pool = pools.of(gate);
        return new PostgresSession(
                channel,
                gate.on(loop),
                new PostgresServers(
                        loop,
                        connector,
                        pool == null ? null : pool.on(loop),
                        sessionSettings,
                        carriedRoom,
                        startupParameters),
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

    PostgresCarriedRoom carriedRoom() {
        return carriedRoom;
    }

    @Nullable
    SslContext clientTls() {
        return clientTls;
    }
}
