package io.godwit.proxy.protocol.redis;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells from a client's first byte whether it speaks TLS, so that one port serves both. */
final class RedisTlsDetector extends ByteToMessageDecoder {
    /** A TLS record of a handshake; no command begins so. */
    private static final int HANDSHAKE = 0x16;

    private final @Nullable SslContext tls;

    /** @param tls null if the proxy has no certificate: a handshake is then taken for a broken command */
    RedisTlsDetector(@Nullable SslContext tls) {
        this.tls = tls;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (tls != null && in.getByte(in.readerIndex()) == HANDSHAKE) {
            ctx.pipeline().addAfter(ctx.name(), "tls", tls.newHandler(ctx.alloc()));
        }
        ctx.pipeline().remove(this);
    }
}
