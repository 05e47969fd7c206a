package io.godwit.proxy.protocol.redis;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How a session that has subscriptions goes from one server to the next: what the server it has left has still to deliver
 * comes before what the next one has. The fence ends the old connection; that is when all of it is there. Confined to the
 * session's event loop.
 */
final class RedisHandover {
    /** The fence was raised before the move was committed, so the end of the connection is at most on its way. */
    private static final Duration LISTENING_LIMIT = Duration.ofMillis(250);

    private final EventLoop loop;
    private @Nullable RedisBackend listened;
    private @Nullable RedisBackend joined;
    private @Nullable RedisInbox inbox;
    private @Nullable Runnable joining;
    private @Nullable Future<?> limit;

    RedisHandover(EventLoop loop) {
        this.loop = loop;
    }

    /** @param backend whose messages still pass to the client */
    void listenTo(RedisBackend backend) {
        if (backend.isOpen()) {
            listened = backend;
        } else {
            backend.terminate();
        }
    }

    /**
     * Joins the next server as soon as the old one has delivered everything.
     *
     * @param ahead what the next one has pushed
     * @param join run once, unless cancelled, perhaps before this returns
     */
    void complete(RedisBackend backend, RedisInbox ahead, Runnable join) {
        if (listened == null) {
            join.run();
            return;
        }
        joined = backend;
        inbox = ahead;
        joining = join;
        limit = loop.schedule(this::onListenedLost, LISTENING_LIMIT.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** The old server has ended the connection, and everything before that is with the client. */
    void onListenedLost() {
        endListening();
        Runnable join = joining;
        forget();
        if (join != null) {
            join.run();
        }
    }

    /** The session goes elsewhere, or ends. */
    void cancel() {
        endListening();
        if (inbox != null) {
            inbox.release();
        }
        if (joined != null) {
            joined.terminate();
        }
        forget();
    }

    private void endListening() {
        if (listened != null) {
            listened.terminate();
            listened = null;
        }
    }

    private void forget() {
        if (limit != null) {
            limit.cancel(false);
            limit = null;
        }
        joined = null;
        inbox = null;
        joining = null;
    }
}
