package io.godwit.proxy.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import io.netty.util.concurrent.FastThreadLocal;

/**
 * The buffers into which one channel is read. Once a session has begun, what is read is passed on before anything else
 * is read on the event loop, so all its sessions read into the same buffer and no read allocates. As long as somebody
 * keeps that one, and during logins, each read gets its own. Confined to the channel's event loop.
 */
public final class ReadBuffers implements RecvByteBufAllocator {
    private static final int SHARED_BYTES = 64 * 1024;
    private static final ByteBufAllocator UNTRACKED = new UnpooledByteBufAllocator(true, true);
    private static final FastThreadLocal<ByteBuf> SHARED = new FastThreadLocal<>() {
        @Override
        protected ByteBuf initialValue() {
            return UNTRACKED.directBuffer(SHARED_BYTES, SHARED_BYTES);
        }

        @Override
        protected void onRemoval(ByteBuf buffer) {
            buffer.release();
        }
    };

    private final RecvByteBufAllocator own = new AdaptiveRecvByteBufAllocator();
    private boolean shared;

    /** From now on that channel, if it reads into such buffers, reads into the shared one. */
    public static void share(Channel channel) {
        if (channel.config().getRecvByteBufAllocator() instanceof ReadBuffers buffers) {
            buffers.shared = true;
        }
    }

    @Override
    @SuppressWarnings("deprecation") // Netty names no other type here
    public Handle newHandle() {
        return new SharingHandle(own.newHandle());
    }

    @SuppressWarnings("deprecation")
    private final class SharingHandle extends DelegatingHandle implements ExtendedHandle {
        SharingHandle(Handle own) {
            super(own);
        }

        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            if (shared) {
                ByteBuf buffer = SHARED.get();
                if (buffer.refCnt() == 1) {
                    return buffer.clear().retain();
                }
            }
            return super.allocate(allocator);
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier maybeMoreData) {
            return ((ExtendedHandle) delegate()).continueReading(maybeMoreData);
        }
    }
}
