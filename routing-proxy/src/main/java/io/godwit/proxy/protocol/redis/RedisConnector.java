package io.godwit.proxy.protocol.redis;

import io.godwit.engines.Login;
import io.godwit.engines.SecretSealer;
import io.godwit.engines.TransportSecurity;
import io.godwit.events.ProxyCommand.Backend;
import io.godwit.proxy.protocol.BackgroundResolver;
import io.godwit.proxy.protocol.ReadBuffers;
import io.godwit.proxy.protocol.ServerReach;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Opens connections to servers: TCP, and TLS where the route asks for it. Safe for use by all event loops. */
// Netty reports a failed write or close by closing the channel.
@SuppressWarnings("FutureReturnValueIgnored")
final class RedisConnector {
    private final ServerReach reach;
    private final BackgroundResolver resolver;

    RedisConnector(ServerReach reach) {
        this.reach = reach;
        this.resolver = new BackgroundResolver(reach.blockingWork());
    }

    /**
     * Fails with a {@link RedisProtocolException} whose message is an error for clients.
     *
     * @param login as the server takes it now, which may not be the target's own
     */
    Future<RedisBackend> open(EventLoop loop, Backend target, Login login) {
        Promise<RedisBackend> promise = loop.newPromise();
        ChannelFuture connecting = new Bootstrap()
                .group(loop)
                .channel(reach.channelClass())
                .resolver(resolver)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        reach.connectTimeout().toMillis())
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.config().setRecvByteBufAllocator(new ReadBuffers());
                        // The handlers are added when the connection stands.
                    }
                })
                .connect(target.address().host(), target.address().port());
        connecting.addListener((ChannelFutureListener) future -> {
            if (future.isSuccess()) {
                secure(future.channel(), target, login, promise);
            } else {
                promise.tryFailure(unreachable(target, future.cause()));
            }
        });
        return promise;
    }

    private void secure(Channel channel, Backend target, Login login, Promise<RedisBackend> promise) {
        RedisBackend backend = new RedisBackend(target, channel, authentication(reach.sealer(), login));
        if (target.security() == TransportSecurity.PLAIN) {
            channel.pipeline().addLast(backend);
            promise.trySuccess(backend);
            return;
        }
        if (reach.trust() == null) {
            promise.tryFailure(unreachable(
                    target, new IllegalStateException("the route requires TLS, but godwit.ca-certificate is not set")));
            channel.close();
            return;
        }
        SslHandler tls = reach.trust()
                .newHandler(
                        channel.alloc(),
                        target.address().host(),
                        target.address().port());
        tls.setHandshakeTimeoutMillis(reach.connectTimeout().toMillis());
        channel.pipeline().addLast(tls, backend);
        tls.handshakeFuture().addListener(handshake -> {
            if (handshake.isSuccess()) {
                promise.trySuccess(backend);
            } else {
                promise.tryFailure(unreachable(target, handshake.cause()));
                channel.close();
            }
        });
    }

    private static List<byte[]> authentication(SecretSealer sealer, Login login) {
        return List.of(
                RedisMessages.text("AUTH"),
                RedisMessages.text(login.user()),
                RedisMessages.text(sealer.open(login.password())));
    }

    private static RedisProtocolException unreachable(Backend target, @Nullable Throwable cause) {
        String reason = cause == null ? "server closed the connection" : String.valueOf(cause.getMessage());
        return new RedisProtocolException(
                "connection to the server of database '" + target.databaseName() + "' failed: " + reason);
    }
}
