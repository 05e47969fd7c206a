package io.godwit.proxy.protocol.redis;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.DecoderException;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's way in: {@code AUTH} or {@code HELLO … AUTH}, and nothing else before it; then hands the channel to a {@link
 * RedisSession}.
 */
// Netty reports a failed write or close by closing the channel.
@SuppressWarnings("FutureReturnValueIgnored")
final class RedisLoginHandler extends ByteToMessageDecoder {
    private static final Logger LOG = LoggerFactory.getLogger(RedisLoginHandler.class);
    private static final String LOGIN_FIRST = "NOAUTH Authentication required.";
    private static final String FULL = "ERR max number of clients reached";

    private final RedisProtocol protocol;
    private final RedisCommandScanner commands = new RedisCommandScanner(RedisScanLimits.BEFORE_LOGIN);
    private @Nullable Future<?> timeout;
    /** A refusal is still to be sent, or the session has begun: nothing is read. */
    private boolean paused;

    RedisLoginHandler(RedisProtocol protocol) {
        this.protocol = protocol;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        long limit = protocol.limits().authenticationTimeout().toNanos();
        timeout = ctx.executor().schedule(() -> ctx.close(), limit, TimeUnit.NANOSECONDS);
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext ctx) {
        if (timeout != null) {
            timeout.cancel(false);
        }
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        while (in.isReadable() && !paused) {
            int index = commands.advance(in, in.readerIndex(), in.writerIndex());
            in.readerIndex(index);
            switch (commands.event()) {
                case MORE, NOTHING, PEEKED -> {}
                case NAMED -> {
                    if (commands.command() != RedisCommand.OTHER) {
                        commands.collect();
                    }
                }
                case COMPLETE ->
                    onCommand(ctx, commands.command(), commands.isCollected() ? commands.arguments() : List.of());
            }
        }
    }

    private void onCommand(ChannelHandlerContext ctx, RedisCommand command, List<byte[]> arguments) {
        switch (command) {
            case AUTH -> onAuth(ctx, arguments);
            case HELLO -> onHello(ctx, arguments);
            case RESET -> answer(ctx, "+RESET\r\n");
            case QUIT -> {
                paused = true;
                answer(ctx, "+OK\r\n");
                closeAfterWrites(ctx);
            }
            default -> refuse(ctx, LOGIN_FIRST);
        }
    }

    private void onAuth(ChannelHandlerContext ctx, List<byte[]> arguments) {
        switch (arguments.size()) {
            case 2 -> refuse(ctx, RedisCredentials.USER_NEEDED);
            case 3 -> {
                String user = RedisInterpreter.text(arguments.get(1));
                RedisCredentials.find(protocol.gates(), user, RedisInterpreter.text(arguments.get(2)))
                        .ifPresentOrElse(
                                found -> admit(ctx, found, () -> answer(ctx, "+OK\r\n"), List.of()),
                                () -> onWrongPassword(ctx, user));
            }
            default -> refuse(ctx, "ERR wrong number of arguments for 'auth' command");
        }
    }

    private void onHello(ChannelHandlerContext ctx, List<byte[]> arguments) {
        RedisHello hello = RedisHello.parse(arguments);
        String user = hello.user();
        String password = hello.password();
        if (arguments.size() > 1 && hello.version() != 2 && hello.version() != 3) {
            refuse(ctx, "NOPROTO unsupported protocol version");
        } else if (user == null || password == null) {
            refuse(ctx, RedisInterpreter.HELLO_LOGIN_FIRST);
        } else {
            Optional<RedisCredentials> found = RedisCredentials.find(protocol.gates(), user, password);
            found.ifPresentOrElse(
                    credentials -> admit(ctx, credentials, () -> {}, hello.withoutLogin()),
                    () -> onWrongPassword(ctx, user));
        }
    }

    /** @param first the session's first command, as if the client sent it now; empty if there is none */
    private void admit(ChannelHandlerContext ctx, RedisCredentials credentials, Runnable welcome, List<byte[]> first) {
        protocol.throttle().onSuccess(clientHost(ctx));
        paused = true;
        boolean full = !protocol.limits().admitsAnother()
                || credentials.gate().sessions() >= protocol.limits().maxSessionsPerDatabase();
        if (full) {
            refuse(ctx, FULL);
            closeAfterWrites(ctx);
            return;
        }
        RedisSession session = protocol.newSession(ctx.channel(), credentials);
        ctx.pipeline().addLast(new RedisClientHandler(session));
        session.start();
        // Not before the session is counted: whoever has been let in has taken one of the places.
        welcome.run();
        if (!first.isEmpty()) {
            ByteBuf command = ctx.alloc().buffer();
            RedisMessages.command(command, first);
            ctx.fireChannelRead(command);
            ctx.fireChannelReadComplete();
        }
        // What the client has sent already goes to the session.
        ctx.pipeline().remove(this);
    }

    private void onWrongPassword(ChannelHandlerContext ctx, String user) {
        LOG.atInfo()
                .setMessage("A login failed")
                .addKeyValue("user", user)
                .addKeyValue("client", ctx.channel().remoteAddress())
                .log();
        Duration delay = protocol.throttle().onFailure(clientHost(ctx));
        if (delay.isZero()) {
            refuse(ctx, RedisCredentials.WRONG);
            return;
        }
        paused = true;
        var _ = ctx.executor()
                .schedule(
                        () -> {
                            if (!ctx.isRemoved()) {
                                refuse(ctx, RedisCredentials.WRONG);
                                paused = false;
                                readOn(ctx);
                            }
                        },
                        delay.toNanos(),
                        TimeUnit.NANOSECONDS);
    }

    private void readOn(ChannelHandlerContext ctx) {
        try {
            channelRead(ctx, Unpooled.EMPTY_BUFFER);
        } catch (Exception e) {
            exceptionCaught(ctx, e);
        }
    }

    private static String clientHost(ChannelHandlerContext ctx) {
        return ctx.channel().remoteAddress() instanceof InetSocketAddress address
                ? address.getHostString()
                : String.valueOf(ctx.channel().remoteAddress());
    }

    private static void refuse(ChannelHandlerContext ctx, String error) {
        ctx.writeAndFlush(Unpooled.wrappedBuffer(RedisMessages.error(error)), ctx.voidPromise());
    }

    private static void answer(ChannelHandlerContext ctx, String reply) {
        ctx.writeAndFlush(Unpooled.wrappedBuffer(RedisMessages.text(reply)), ctx.voidPromise());
    }

    private static void closeAfterWrites(ChannelHandlerContext ctx) {
        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Throwable root = cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
        if (root instanceof RedisProtocolException broken) {
            paused = true;
            refuse(ctx, broken.toError());
            closeAfterWrites(ctx);
            return;
        }
        if (!(root instanceof IOException)) {
            LOG.atInfo()
                    .setMessage("A client's login broke off")
                    .addKeyValue("client", ctx.channel().remoteAddress())
                    .addKeyValue("reason", root.getMessage())
                    .log();
        }
        ctx.close();
    }
}
