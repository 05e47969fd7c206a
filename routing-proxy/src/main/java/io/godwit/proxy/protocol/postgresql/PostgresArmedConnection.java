package io.godwit.proxy.protocol.postgresql;

import io.godwit.events.ProxyCommand.Backend;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to the server that a database is about to move to, opened ahead of the pause and kept idle. Where it
 * can't be had, the session opens one when it needs it. Confined to the session's event loop.
 */
final class PostgresArmedConnection {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresArmedConnection.class);

    private final Backend target;
    private @Nullable PostgresBackend backend;
    private boolean discarded;

    PostgresArmedConnection(Backend target) {
        this.target = target;
    }

    void open(EventLoop loop, PostgresConnector connector, Map<String, String> parameters, Runnable done) {
        connector.open(loop, target, parameters).addListener((Future<PostgresBackend> result) -> {
            if (!result.isSuccess()) {
                LOG.atInfo()
                        .setMessage("No connection could be opened ahead of a move")
                        .addKeyValue("database", target.databaseName())
                        .addKeyValue("server", target.address())
                        .addKeyValue("reason", result.cause().getMessage())
                        .log();
            } else if (discarded) {
                result.getNow().terminate();
            } else {
                keep(result.getNow());
            }
            done.run();
        });
    }

    private void keep(PostgresBackend opened) {
        backend = opened;
        opened.receiveWith(new Idle(opened));
    }

    boolean leadsTo(Backend other) {
        return target.equals(other);
    }

    /** @return the connection, which is the caller's from now on; null if there is none */
    @Nullable
    PostgresBackend take() {
        PostgresBackend taken = backend;
        backend = null;
        discarded = true;
        return taken != null && taken.isOpen() ? taken : null;
    }

    void discard() {
        PostgresBackend taken = take();
        if (taken != null) {
            taken.terminate();
        }
    }

    private static final class Idle extends PostgresFrameReceiver {
        Idle(PostgresBackend backend) {
            super(backend);
        }

        @Override
        void onFrame(byte type, ByteBuf body) {
            // Nobody waits for what an idle connection says; if it is an error, the connection ends.
        }

        @Override
        public void onClosed(@Nullable Throwable cause) {
            // take() sees that the connection is not open.
        }
    }
}
