package io.godwit.engines.redis;

import io.godwit.engines.Login;
import io.godwit.engines.SecretSealer;
import io.godwit.engines.ServerAccess;
import io.godwit.engines.TransportSecurity;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.resource.ClientResources;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Opens connections to Redis servers with Godwit's own logins. Safe for use by several threads.
 *
 * <p>A connection answers each command within ten seconds or fails, and stays closed once it is: what a caller meant for
 * one server in one role must not reach it later in another.
 */
public final class RedisConnections implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);
    private static final String CLIENT_NAME = "godwit";
    private static final int THREADS = 2;

    private final SecretSealer sealer;
    private final ClientResources resources;
    private final RedisClient client;

    /** @param caCertificate PEM file of the CA that server certificates must come from */
    public RedisConnections(SecretSealer sealer, Path caCertificate) {
        this.sealer = sealer;
        this.resources = ClientResources.builder()
                .ioThreadPoolSize(THREADS)
                .computationThreadPoolSize(THREADS)
                .commandLatencyRecorder(CommandLatencyRecorder.disabled())
                .build();
        this.client = RedisClient.create(resources);
        client.setOptions(ClientOptions.builder()
                .autoReconnect(false)
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(CONNECT_TIMEOUT)
                        .keepAlive(true)
                        .build())
                .sslOptions(SslOptions.builder()
                        .jdkSslProvider()
                        .trustManager(caCertificate.toFile())
                        .build())
                .timeoutOptions(TimeoutOptions.enabled(COMMAND_TIMEOUT))
                .build());
    }

    /**
     * @return a new connection as the server's administrator, named {@code godwit}; the caller closes it
     * @throws io.lettuce.core.RedisException if the server can't be reached or refuses the login
     */
    public StatefulRedisConnection<byte[], byte[]> openAdmin(ServerAccess server) {
        RedisURI uri = uri(server, server.admin());
        uri.setClientName(CLIENT_NAME);
        return client.connect(ByteArrayCodec.INSTANCE, uri);
    }

    /**
     * @return a new connection; the caller closes it
     * @throws io.lettuce.core.RedisException if the server can't be reached or refuses the login
     */
    public StatefulRedisConnection<byte[], byte[]> open(ServerAccess server, Login login) {
        return client.connect(ByteArrayCodec.INSTANCE, uri(server, login));
    }

    /** Closes every connection that is still open. */
    @Override
    public void close() {
        client.shutdown(Duration.ZERO, CLOSE_TIMEOUT);
        resources.shutdown(0, CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS).awaitUninterruptibly();
    }

    private RedisURI uri(ServerAccess server, Login login) {
        RedisURI.Builder builder = RedisURI.Builder.redis(
                        server.address().host(), server.address().port())
                .withAuthentication(login.user(), sealer.open(login.password()).toCharArray())
                .withTimeout(COMMAND_TIMEOUT);
        if (server.security() == TransportSecurity.VERIFY_CA) {
            builder.withSsl(true).withVerifyPeer(SslVerifyMode.CA);
        }
        return builder.build();
    }
}
