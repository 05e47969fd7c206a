package io.godwit.replication.engine.redis;

import io.godwit.engines.PlacedDatabase;
import io.godwit.events.Failure;
import io.godwit.replication.engine.ReplicationException;
import io.lettuce.core.RedisCommandExecutionException;
import java.time.Duration;

/**
 * Exchanges the roles of a master and its replica. The server does it itself, in this order: it takes no writes any more,
 * waits until the replica has acknowledged all, and follows it from the same position on; so neither side copies anything
 * anew.
 */
final class RedisFailover {
    private static final Duration POLL = Duration.ofMillis(1);
    private static final Duration ABORT_TIMEOUT = Duration.ofSeconds(5);

    private final RedisSessions sessions;

    RedisFailover(RedisSessions sessions) {
        this.sessions = sessions;
    }

    /**
     * @throws ReplicationException {@code REPLICA_NOT_ATTACHED} if the one does not follow the other; {@code
     *     FAILOVER_TIMEOUT} if the roles were not exchanged in time: then they are as before
     */
    void run(PlacedDatabase from, PlacedDatabase to, Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        sessions.with(
                from,
                master -> sessions.with(to, replica -> {
                    begin(master, to, timeout);
                    while (!isDone(master.stateWithin(timeout), replica.stateWithin(timeout), from)) {
                        if (System.nanoTime() > deadline) {
                            abort(master);
                            throw timedOut(to, timeout);
                        }
                        replica.requestAcknowledgement();
                        Thread.sleep(POLL);
                    }
                    return true;
                }));
    }

    private static void begin(RedisSession master, PlacedDatabase to, Duration timeout) throws InterruptedException {
        RedisState state = master.stateWithin(timeout);
        if (state.failingOver() || state.follows(to)) {
            return;
        }
        RedisState.Replica replica = state.replicas().stream()
                .filter(attached -> attached.is(to) && attached.online())
                .findFirst()
                .orElseThrow(() -> new ReplicationException(
                        "REPLICA_NOT_ATTACHED",
                        Failure.Kind.TRANSIENT,
                        "server " + to.server().serverId() + " does not follow the one whose role it is to take"));
        RedisAwait.answer(master.beginFailover(replica, timeout));
    }

    private static boolean isDone(RedisState from, RedisState to, PlacedDatabase master) {
        if (from.failingOver()) {
            return false;
        }
        if (from.isMaster()) {
            throw new ReplicationException(
                    "FAILOVER_TIMEOUT",
                    Failure.Kind.TRANSIENT,
                    "server " + master.server().serverId() + " gave up handing over its role, after the time allowed or"
                            + " because its replica refused it");
        }
        return from.linkUp() && to.isMaster();
    }

    /**
     * Ends a failover that is under way, so that the server is a master again; its replica may have become one, too.
     *
     * @throws ReplicationException {@code FAILOVER_NOT_ABORTED} if it goes on nevertheless
     */
    static void abort(RedisSession session) throws InterruptedException {
        long deadline = System.nanoTime() + ABORT_TIMEOUT.toNanos();
        while (session.state().failingOver()) {
            try {
                RedisAwait.answer(session.abortFailover());
            } catch (RedisCommandExecutionException _) {
                // It ended by itself in between.
            }
            if (System.nanoTime() > deadline) {
                throw new ReplicationException(
                        "FAILOVER_NOT_ABORTED",
                        Failure.Kind.TRANSIENT,
                        "a failover that was aborted is still under way after " + ABORT_TIMEOUT);
            }
            Thread.sleep(POLL);
        }
    }

    private static ReplicationException timedOut(PlacedDatabase to, Duration timeout) {
        return new ReplicationException(
                "FAILOVER_TIMEOUT",
                Failure.Kind.TRANSIENT,
                "server " + to.server().serverId() + " has not taken over within " + timeout);
    }
}
