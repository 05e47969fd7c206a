package io.godwit.proxy.protocol.postgresql;

import io.godwit.engines.EngineId;
import io.godwit.events.DatabaseRoute;
import io.godwit.proxy.gate.DatabaseGate;
import io.godwit.proxy.protocol.postgresql.PostgresAuthentication.Answer;
import io.godwit.proxy.protocol.postgresql.PostgresLoginFrameDecoder.PasswordMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's way in: TLS, startup packet, authentication; then hands the channel to a {@link PostgresSession}.
 *
 * <pre>
 *   SSLRequest/GSSENCRequest ─► Startup ─► SASL ─► session
 *   CancelRequest ─► done
 * </pre>
 */
// Netty reports a failed write or close by closing the channel.
@SuppressWarnings("FutureReturnValueIgnored")
final class PostgresLoginHandler extends SimpleChannelInboundHandler<Object> {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresLoginHandler.class);
    private static final Set<String> FALSE = Set.of("false", "off", "no", "0", "f", "n");

    private final PostgresProtocol protocol;
    private @Nullable Future<?> timeout;
    private @Nullable PostgresAuthentication authentication;
    private @Nullable DatabaseGate gate;
    private Map<String, String> parameters = Map.of();
    private boolean over;

    PostgresLoginHandler(PostgresProtocol protocol) {
        this.protocol = protocol;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        long limit = protocol.limits().authenticationTimeout().toNanos();
        timeout = ctx.executor().schedule(() -> ctx.close(), limit, TimeUnit.NANOSECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (timeout != null) {
            timeout.cancel(false);
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, Object message) {
        if (over) {
            return;
        }
        switch (message) {
            case PostgresStartupPacket.SslRequest ignored -> onSslRequest(ctx);
            case PostgresStartupPacket.GssEncryptionRequest ignored -> send(ctx, out -> out.writeByte('N'));
            case PostgresStartupPacket.CancelRequest cancel -> onCancel(ctx, cancel);
            case PostgresStartupPacket.Startup startup -> onStartup(ctx, startup);
            case PasswordMessage password -> onPassword(ctx, password);
            default -> throw new IllegalStateException("unexpected " + message.getClass());
        }
    }

    private void onSslRequest(ChannelHandlerContext ctx) {
        SslContext tls = protocol.clientTls();
        boolean encrypted = ctx.pipeline().get(SslHandler.class) != null;
        if (tls == null || encrypted) {
            send(ctx, out -> out.writeByte('N'));
            return;
        }
        PostgresStartupDecoder decoder = ctx.pipeline().get(PostgresStartupDecoder.class);
        if (decoder.hasUndecodedBytes()) {
            // Bytes that came before the handshake were not protected by it.
            throw new PostgresProtocolException("received unencrypted data after SSL request");
        }
        send(ctx, out -> out.writeByte('S'));
        ctx.pipeline().addFirst(tls.newHandler(ctx.alloc()));
    }

    private void onCancel(ChannelHandlerContext ctx, PostgresStartupPacket.CancelRequest cancel) {
        over = true;
        PostgresSession session = protocol.cancelKeys().find(cancel.processId(), cancel.secretKey());
        if (session == null) {
            ctx.close();
        } else {
            session.loop().execute(() -> session.cancel(ctx::close));
        }
    }

    private void onStartup(ChannelHandlerContext ctx, PostgresStartupPacket.Startup startup) {
        PostgresError refusal = refusalOf(startup);
        if (refusal != null) {
            refuse(ctx, refusal, Duration.ZERO);
            return;
        }
        parameters = startup.parameters();
        String user = user();
        gate = protocol.gates().find(EngineId.POSTGRESQL, user).orElse(null);
        DatabaseRoute route = gate == null ? null : gate.committedRoute();
        PostgresScramVerifier verifier = route == null
                ? PostgresScramVerifier.mock(user)
                : PostgresScramVerifier.parse(route.client().verifier());
        if (route == null) {
            gate = null;
        }
        authentication = new PostgresAuthentication(
                new PostgresScramServer(verifier, protocol.nonces().next()));
        ctx.pipeline().replace(PostgresStartupDecoder.class, "login-frames", new PostgresLoginFrameDecoder());
        send(ctx, out -> {
            if (startup.minorVersion() > 0 || !startup.protocolOptions().isEmpty()) {
                PostgresServerMessages.negotiateProtocolVersion(out, startup.protocolOptions());
            }
            PostgresServerMessages.offerSasl(out, PostgresScramServer.MECHANISM);
        });
    }

    private @Nullable PostgresError refusalOf(PostgresStartupPacket.Startup startup) {
        if (startup.majorVersion() != 3) {
            return PostgresError.fatal(
                    PostgresError.FEATURE_NOT_SUPPORTED,
                    "unsupported frontend protocol " + startup.majorVersion() + "." + startup.minorVersion()
                            + ": server supports 3.0 to 3.0");
        }
        if (startup.parameters().getOrDefault("user", "").isEmpty()) {
            return PostgresError.fatal(
                    PostgresError.INVALID_AUTHORIZATION, "no PostgreSQL user name specified in startup packet");
        }
        String replication = startup.parameters().getOrDefault("replication", "off");
        if (!FALSE.contains(replication.toLowerCase(Locale.ROOT))) {
            return PostgresError.fatal(
                    PostgresError.FEATURE_NOT_SUPPORTED,
                    "replication connections are not supported through the routing proxy");
        }
        if (!protocol.limits().admitsAnother()) {
            return PostgresError.fatal(PostgresError.TOO_MANY_CONNECTIONS, "sorry, too many clients already");
        }
        return null;
    }

    private void onPassword(ChannelHandlerContext ctx, PasswordMessage password) {
        if (authentication == null) {
            throw new PostgresProtocolException("password message before startup");
        }
        switch (authentication.onPassword(password.body())) {
            case Answer.Continue(var data) -> send(ctx, out -> PostgresServerMessages.saslContinue(out, data));
            case Answer.Refused ignored -> onWrongPassword(ctx);
            case Answer.Accepted(var data) -> onAuthenticated(ctx, data);
        }
    }

    private void onWrongPassword(ChannelHandlerContext ctx) {
        LOG.atInfo()
                .setMessage("A login failed")
                .addKeyValue("user", user())
                .addKeyValue("client", ctx.channel().remoteAddress())
                .log();
        Duration delay = protocol.throttle().onFailure(clientHost(ctx));
        refuse(
                ctx,
                PostgresError.fatal(
                        PostgresError.INVALID_PASSWORD, "password authentication failed for user \"" + user() + "\""),
                delay);
    }

    private void onAuthenticated(ChannelHandlerContext ctx, String saslFinal) {
        DatabaseGate found = gate;
        if (found == null) {
            // No password fits a mock verifier; should one ever, the user still does not exist.
            onWrongPassword(ctx);
            return;
        }
        protocol.throttle().onSuccess(clientHost(ctx));
        String database = parameters.getOrDefault("database", user());
        if (!database.equals(user())) {
            refuse(
                    ctx,
                    PostgresError.fatal(
                            PostgresError.INVALID_CATALOG_NAME, "database \"" + database + "\" does not exist"),
                    Duration.ZERO);
            return;
        }
        if (found.sessions() >= protocol.limits().maxSessionsPerDatabase()) {
            refuse(
                    ctx,
                    PostgresError.fatal(
                            PostgresError.TOO_MANY_CONNECTIONS,
                            "too many connections for database \"" + database + "\""),
                    Duration.ZERO);
            return;
        }
        send(ctx, out -> {
            PostgresServerMessages.saslFinal(out, saslFinal);
            PostgresServerMessages.authenticationOk(out);
        });
        beginSession(ctx, found);
    }

    private void beginSession(ChannelHandlerContext ctx, DatabaseGate found) {
        over = true;
        Map<String, String> passedOn = new HashMap<>(parameters);
        passedOn.remove("user");
        passedOn.remove("database");
        passedOn.remove("replication");
        PostgresSession session = protocol.newSession(ctx.channel(), found, passedOn);
        ctx.pipeline().addLast(new PostgresClientHandler(session));
        session.start();
        // In this order: what the decoder still has, a hasty client's first query, goes to the session.
        ctx.pipeline().remove(this);
        ctx.pipeline().remove(PostgresLoginFrameDecoder.class);
    }

    private String user() {
        return parameters.getOrDefault("user", "");
    }

    private static String clientHost(ChannelHandlerContext ctx) {
        return ctx.channel().remoteAddress() instanceof InetSocketAddress address
                ? address.getHostString()
                : String.valueOf(ctx.channel().remoteAddress());
    }

    private void refuse(ChannelHandlerContext ctx, PostgresError error, Duration delay) {
        over = true;
        Runnable answer = () -> {
            send(ctx, out -> PostgresServerMessages.error(out, error));
            ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        };
        if (delay.isZero()) {
            answer.run();
        } else {
            var _ = ctx.executor().schedule(answer, delay.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private static void send(ChannelHandlerContext ctx, Consumer<ByteBuf> messages) {
        ByteBuf out = ctx.alloc().buffer();
        messages.accept(out);
        ctx.writeAndFlush(out, ctx.voidPromise());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Throwable root = cause.getCause() instanceof PostgresProtocolException ? cause.getCause() : cause;
        if (root instanceof PostgresProtocolException broken) {
            refuse(ctx, broken.toError(), Duration.ZERO);
            return;
        }
        if (!(cause instanceof IOException)) {
            LOG.atInfo()
                    .setMessage("A client's login broke off")
                    .addKeyValue("client", ctx.channel().remoteAddress())
                    .addKeyValue("reason", cause.getMessage())
                    .log();
        }
        ctx.close();
    }
}
