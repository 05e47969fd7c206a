package io.godwit.proxy.protocol.redis;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import io.godwit.proxy.gate.GateRegistry;
import io.godwit.proxy.protocol.LoginThrottle;
import io.godwit.proxy.protocol.ReconnectSettings;
import io.godwit.proxy.protocol.ServerReach;
import io.godwit.proxy.protocol.SessionLimits;
import io.godwit.proxy.protocol.WireProtocol;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Redis' wire protocol: what all its sessions share. Safe for use by all event loops. */
public final class RedisProtocol implements WireProtocol {
    private final int port;
    private final GateRegistry gates;
    private final SessionLimits limits;
    private final LoginThrottle throttle;
    private final ReconnectSettings reconnecting;
    private final RedisConnector connector;
    private final RedisUnblockers unblockers;
    private final @Nullable SslContext clientTls;
    private final Map<DatabaseId, RedisScripts> scripts = new ConcurrentHashMap<>();

    /** @param clientTls null refuses TLS */
    public RedisProtocol(
            int port,
            GateRegistry gates,
            SessionLimits limits,
            LoginThrottle throttle,
            ReconnectSettings reconnecting,
            ServerReach servers,
            @Nullable SslContext clientTls) {
        this.port = port;
        this.gates = gates;
        this.limits = limits;
        this.throttle = throttle;
        this.reconnecting = reconnecting;
        this.connector = new RedisConnector(servers);
        this.unblockers = new RedisUnblockers(connector);
        this.clientTls = clientTls;
    }

    @Override
    public EngineId engine() {
        return EngineId.REDIS;
    }

    @Override
    public int port() {
        return port;
    }

    /** @return the verifier under which clients with that password are let in */
    public static String verifierOf(String password) {
        return RedisVerifier.ofPassword(password).toText();
    }

    @Override
    public void initialize(Channel channel) {
        channel.pipeline().addLast(new RedisTlsDetector(clientTls), new RedisLoginHandler(this));
    }

    RedisSession newSession(Channel channel, RedisCredentials credentials) {
        DatabaseId database = credentials.gate().databaseId();
        RedisServers servers = new RedisServers(
                channel.eventLoop(),
                connector,
                reconnecting,
                scripts.computeIfAbsent(database, unknown -> new RedisScripts()),
                unblockers);
        return new RedisSession(channel, credentials.gate().on(channel.eventLoop()), servers, credentials);
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
}
