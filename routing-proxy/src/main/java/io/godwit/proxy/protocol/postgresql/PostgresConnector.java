package io.godwit.proxy.protocol.postgresql;

import io.godwit.engines.Login;
import io.godwit.engines.TransportSecurity;
import io.godwit.events.ProxyCommand.Backend;
import io.godwit.proxy.protocol.ReadBuffers;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.resolver.AddressResolverGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Opens connections to servers: TCP, TLS where the route asks for it, login. Safe for use by all event loops. */
// Netty reports a failed write or close by closing the channel.
@SuppressWarnings("FutureReturnValueIgnored")
final class PostgresConnector {
    /** So long a server has for a login, and for a cancel request. */
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);

    private final Class<? extends Channel> channelClass;
    private final AddressResolverGroup<?> resolver;
    private final Duration connectTimeout;
    private final PostgresScramKeyCache keyCache;
    private final PostgresNonces nonces;
    private final @Nullable SslContext serverTrust;

    /** @param serverTrust trusts Godwit's CA alone; null if none is configured, then no server with TLS is reached */
    PostgresConnector(
            Class<? extends Channel> channelClass,
            AddressResolverGroup<?> resolver,
            Duration connectTimeout,
            PostgresScramKeyCache keyCache,
            PostgresNonces nonces,
            @Nullable SslContext serverTrust) {
        this.channelClass = channelClass;
        this.resolver = resolver;
        this.connectTimeout = connectTimeout;
        this.keyCache = keyCache;
        this.nonces = nonces;
        this.serverTrust = serverTrust;
    }

    static PostgresLoginException unreachable(Backend target, @Nullable Throwable cause) {
        String reason =
                cause == null ? "server closed the connection unexpectedly" : String.valueOf(cause.getMessage());
        return new PostgresLoginException(PostgresError.fatal(
                PostgresError.CONNECTION_FAILURE,
                "connection to the server of database \"" + target.databaseName() + "\" failed: " + reason));
    }

    /**
     * Fails with a {@link PostgresLoginException}.
     *
     * @param login as the server takes it now, which may not be the target's own
     * @param clientParameters the client's startup parameters; user and database are replaced
     */
    Future<PostgresBackend> open(EventLoop loop, Backend target, Login login, Map<String, String> clientParameters) {
        Promise<PostgresBackend> promise = loop.newPromise();
        connect(loop, target, backend -> logIn(backend, login, clientParameters, promise), promise);
        return promise;
    }

    /**
     * Asks the server to cancel what the session with that key runs.
     *
     * @param done runs when the server has taken it, can't be reached or does not answer
     */
    void cancel(EventLoop loop, Backend target, int processId, int secretKey, Runnable done) {
        Promise<PostgresBackend> promise = loop.newPromise();
        connect(
                loop,
                target,
                backend -> {
                    // The server closes the connection when it has sent the signal; clients wait for that.
                    backend.channel().closeFuture().addListener(ignored -> promise.trySuccess(backend));
                    backend.abandon();
                    backend.send(out -> PostgresClientMessages.cancelRequest(out, processId, secretKey));
                },
                promise);
        promise.addListener(ignored -> done.run());
    }

    private void connect(
            EventLoop loop, Backend target, Consumer<PostgresBackend> secured, Promise<PostgresBackend> promise) {
        ChannelFuture connecting = new Bootstrap()
                .group(loop)
                .channel(channelClass)
                .resolver(resolver)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) connectTimeout.toMillis())
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.config().setRecvByteBufAllocator(new ReadBuffers());
                        // The handler is added when the connection stands.
                    }
                })
                .connect(target.address().host(), target.address().port());
        connecting.addListener((ChannelFutureListener) future -> {
            if (!future.isSuccess()) {
                promise.tryFailure(unreachable(target, future.cause()));
                return;
            }
            Channel channel = future.channel();
            limit(loop, channel, promise);
            secure(channel, target, secured, promise);
        });
    }

    private static void limit(EventLoop loop, Channel channel, Promise<PostgresBackend> promise) {
        Future<?> limit = loop.schedule(() -> channel.close(), ANSWER_LIMIT.toNanos(), TimeUnit.NANOSECONDS);
        promise.addListener(ignored -> limit.cancel(false));
    }

    private void secure(
            Channel channel, Backend target, Consumer<PostgresBackend> secured, Promise<PostgresBackend> promise) {
        Consumer<@Nullable Throwable> failed = cause -> {
            promise.tryFailure(unreachable(target, cause));
            channel.close();
        };
        PostgresTlsNegotiation negotiation = new PostgresTlsNegotiation(
                () -> encrypt(channel, target, secured, failed),
                () -> failed.accept(
                        new PostgresProtocolException("server does not support TLS, but the route" + " requires it")),
                failed);
        PostgresBackend backend = new PostgresBackend(target, channel, negotiation);
        channel.pipeline().addLast(backend);
        if (target.security() == TransportSecurity.PLAIN) {
            secured.accept(backend);
        } else {
            backend.send(PostgresClientMessages::sslRequest);
        }
    }

    private void encrypt(
            Channel channel, Backend target, Consumer<PostgresBackend> secured, Consumer<@Nullable Throwable> failed) {
        if (serverTrust == null) {
            failed.accept(new IllegalStateException("the route requires TLS, but godwit.ca-certificate is not set"));
            return;
        }
        SslHandler tls = serverTrust.newHandler(
                channel.alloc(), target.address().host(), target.address().port());
        PostgresBackend backend = channel.pipeline().get(PostgresBackend.class);
        channel.pipeline().addFirst(tls);
        tls.handshakeFuture().addListener(handshake -> {
            if (handshake.isSuccess()) {
                secured.accept(backend);
            } else {
                failed.accept(handshake.cause());
            }
        });
    }

    private void logIn(
            PostgresBackend backend,
            Login login,
            Map<String, String> clientParameters,
            Promise<PostgresBackend> promise) {
        Map<String, String> parameters = new LinkedHashMap<>(clientParameters);
        parameters.put("user", login.user());
        parameters.put("database", backend.target().databaseName());
        PostgresServerLogin dialogue =
                new PostgresServerLogin(backend, login, keyCache, new PostgresScramClient("", nonces.next()), promise);
        backend.receiveWith(dialogue);
        dialogue.start(parameters);
    }
}
