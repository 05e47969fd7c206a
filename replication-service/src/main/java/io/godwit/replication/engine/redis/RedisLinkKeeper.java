package io.godwit.replication.engine.redis;

import io.godwit.replication.engine.ChangeStream;
import io.lettuce.core.RedisException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps old homes following the new ones. That a server follows another is not written into its configuration, lest a
 * home starts as anything but a master; so a replica that was restarted must be told again.
 */
final class RedisLinkKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(RedisLinkKeeper.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final RedisSessions sessions;
    private final RedisFence fence;
    private final RedisLink link;
    private final Map<String, ChangeStream> kept = new ConcurrentHashMap<>();
    private final Thread thread;

    RedisLinkKeeper(RedisSessions sessions, RedisFence fence, RedisLink link) {
        this.sessions = sessions;
        this.fence = fence;
        this.link = link;
        this.thread = Thread.ofVirtual().name("link-keeper").start(this::run);
    }

    /** @param turned whose source follows its target */
    void keep(ChangeStream turned) {
        kept.put(turned.migrationId(), turned);
    }

    /** When this returns, the move's servers are left alone. */
    synchronized void leave(String migrationId) {
        kept.remove(migrationId);
    }

    void close() {
        thread.interrupt();
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(INTERVAL);
                for (ChangeStream turned : kept.values()) {
                    lookAt(turned);
                }
            }
        } catch (InterruptedException _) {
            // The service stops.
        }
    }

    private synchronized void lookAt(ChangeStream turned) throws InterruptedException {
        if (!turned.equals(kept.get(turned.migrationId()))) {
            return;
        }
        try {
            if (isAlone(turned) && isOldHome(turned)) {
                link.follow(turned.reversed());
                LOG.atInfo()
                        .setMessage("Told an old home to follow again after its restart")
                        .addKeyValue("migration", turned.migrationId())
                        .addKeyValue("server", turned.source().server().serverId())
                        .log();
            }
        } catch (RedisException e) {
            RedisFailures.rethrowInterrupt(e);
            LOG.atDebug()
                    .setMessage("Could not look after an old home")
                    .addKeyValue("migration", turned.migrationId())
                    .setCause(e)
                    .log();
        }
    }

    private boolean isAlone(ChangeStream turned) throws InterruptedException {
        RedisState old = sessions.with(turned.source(), RedisSession::state);
        return old.isMaster()
                && !old.failingOver()
                && sessions.with(turned.target(), RedisSession::state).isMaster();
    }

    /** Only who lets no client in has nothing to lose. */
    private boolean isOldHome(ChangeStream turned) {
        return fence.isRaised(turned.migrationId(), turned.source())
                && !fence.isRaised(turned.migrationId(), turned.target());
    }
}
