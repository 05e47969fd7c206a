package io.godwit.proxy.protocol.redis;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Gets the command that waits on the server to end there, so that the session can leave. Confined to the event loop. */
final class RedisUnblocking {
    /** The command may be on its way to the server while the server is asked to end it. */
    private static final Duration RETRY = Duration.ofMillis(1);

    private final EventLoop loop;
    private final RedisServers servers;
    private final RedisClientState client;
    private final RedisRelay relay;
    private final Runnable progress;
    private boolean asking;

    /** @param progress run when there may be more to do */
    RedisUnblocking(
            EventLoop loop, RedisServers servers, RedisClientState client, RedisRelay relay, Runnable progress) {
        this.loop = loop;
        this.servers = servers;
        this.client = client;
        this.relay = relay;
        this.progress = progress;
    }

    /** Does nothing if no command waits or the server has been asked. */
    void start(RedisBackend backend) {
        RedisBlockedCommand blocked = relay.waitingOnServer();
        if (blocked == null || asking) {
            return;
        }
        asking = true;
        servers.unblock(backend, client.database(), blocked, new RedisUnblocker.Listener() {
            @Override
            public void onUnblocked(List<String> newest) {
                asking = false;
                blocked.onNewest(newest);
                progress.run();
            }

            @Override
            public void onNothingUnblocked() {
                var _ = loop.schedule(
                        () -> {
                            asking = false;
                            progress.run();
                        },
                        RETRY.toNanos(),
                        TimeUnit.NANOSECONDS);
            }
        });
    }
}
