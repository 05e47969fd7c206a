package io.godwit.proxy.protocol;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * The client's bytes that wait. Reading from the client is off meanwhile, so they are what one read brought; the rest
 * stays with TCP.
 */
public final class Parking {
    private final Queue<ByteBuf> buffers = new ArrayDeque<>(0);
    private boolean parked;

    public boolean isParked() {
        return parked;
    }

    /** @param bytes owned from now on */
    public void park(ByteBuf bytes) {
        parked = true;
        buffers.add(bytes);
    }

    /** @return what waited, in order; the caller owns the buffers */
    public Queue<ByteBuf> takeAll() {
        parked = false;
        Queue<ByteBuf> all = new ArrayDeque<>(buffers);
        buffers.clear();
        return all;
    }

    public void discard() {
        parked = false;
        buffers.forEach(ByteBuf::release);
        buffers.clear();
    }
}
