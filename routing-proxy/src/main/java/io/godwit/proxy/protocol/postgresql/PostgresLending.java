package io.godwit.proxy.protocol.postgresql;

import io.godwit.events.ProxyCommand.Backend;
import io.godwit.proxy.protocol.Pooling.Mode;
import io.godwit.proxy.protocol.postgresql.PostgresDeparture.Purpose;
import io.godwit.proxy.protocol.postgresql.PostgresSessionState.Attached;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a session has to do with its database's pool: whether its connection is wanted, and may be had. Without a pool it
 * never is. Confined to the session's event loop.
 */
final class PostgresLending implements PostgresLender {
    /** So long a session is not asked again whose state could not be carried. */
    private static final Duration ASK_AGAIN = Duration.ofSeconds(1);

    private final PostgresServerSide serverSide;
    private final PostgresServers servers;
    private final PostgresSessionClient client;
    private final PostgresRelay relay;
    private final PostgresServerSideOwner owner;
    private final @Nullable PostgresLoopPool pool;

    /** What the session had when it came to its server. */
    private PostgresCarriedState brought = PostgresCarriedState.NOTHING;

    private boolean wanted;
    /** Where the connection leads that the session is about to give; null if it is not. */
    private @Nullable Backend lent;

    private int cancelsUnderWay;
    private long cancelledAt;
    private long attachedAt;
    private boolean declined;
    private long declinedAt;
    private long declinedExchange;

    PostgresLending(
            PostgresServerSide serverSide,
            PostgresServers servers,
            PostgresSessionClient client,
            PostgresRelay relay,
            PostgresServerSideOwner owner) {
        this.serverSide = serverSide;
        this.servers = servers;
        this.client = client;
        this.relay = relay;
        this.owner = owner;
        this.pool = servers.pool();
    }

    /** Whether the session is to stop where it comes to rest next. */
    boolean isWanted() {
        return wanted;
    }

    /** The session has got a connection. What it waited with is to run before anybody else gets that. */
    void onAttached(PostgresCarriedState carried) {
        if (pool != null) {
            brought = carried.withoutContent();
            attachedAt = System.nanoTime();
            declined = false;
            pool.enter(this);
        }
    }

    /** The session runs what it waited with, if anything. */
    void onResumed() {
        if (pool != null && serverSide.state() instanceof Attached(var backend) && !relay.atRest()) {
            wanted = pool.pool().isAwaited(backend.target());
        }
    }

    /** The session has its connection no more. */
    void onDetached() {
        if (pool != null) {
            wanted = false;
            pool.leave(this);
        }
    }

    @Override
    public boolean canLend(Backend target) {
        return serverSide.state() instanceof Attached(var backend)
                && backend.target().equals(target)
                && serverSide.staysFree()
                && relay.atRest()
                && !relay.isParked()
                && isPossible();
    }

    private boolean isPossible() {
        return cancelsUnderWay == 0 && lent == null && !hasDeclined();
    }

    private boolean hasDeclined() {
        return declined
                && (declinedExchange == relay.exchange().startedAt()
                        || System.nanoTime() - declinedAt < ASK_AGAIN.toNanos());
    }

    @Override
    public long idleSince() {
        return Math.max(attachedAt, relay.exchange().startedAt());
    }

    @Override
    public void lendWhenIdle(Backend target) {
        if (serverSide.state() instanceof Attached(var backend)
                && backend.target().equals(target)
                && !relay.atRest()) {
            wanted = true;
        }
    }

    /** The session is idle, and its connection was wanted a moment ago. */
    void lendIfDue(PostgresBackend backend) {
        boolean claimed = pool != null
                && serverSide.staysFree()
                && isPossible()
                && pool.pool().expectIfNeeded(backend.target());
        if (claimed) {
            lend();
        } else {
            wanted = false;
            owner.onAttached();
        }
    }

    @Override
    public void lend() {
        if (!(serverSide.state() instanceof Attached(var backend))) {
            throw new IllegalStateException("a session without a connection can't lend it");
        }
        lent = backend.target();
        PostgresCarriedState known = servers.pooledIn(Mode.TRANSACTION) ? knownState() : null;
        if (known == null) {
            serverSide.reading().start(backend, Purpose.LEND);
        } else {
            hand(backend, known);
        }
    }

    /** What the session surely has on its server, if nothing needs to be read there; null otherwise. */
    private @Nullable PostgresCarriedState knownState() {
        return relay.watch().changed() ? null : unchangedState();
    }

    /** @return null if it is bound to its connection */
    private @Nullable PostgresCarriedState unchangedState() {
        boolean bound = brought.isFeltByOthers() || !brought.temporaryTables().isEmpty();
        return bound
                ? null
                : brought.withUnnamed(relay.watch().unnamedStatement().parse());
    }

    /**
     * Tells what an idle session had on a connection that is gone.
     *
     * @return null if that is not sure, or nobody asks in the session's case
     */
    @Nullable
    PostgresCarriedState stateOfLost() {
        if (servers.pooledIn(Mode.TRANSACTION)) {
            return knownState();
        }
        return pool == null || relay.watch().dirty() ? null : unchangedState();
    }

    /** The connection is the next one's from now on. */
    void hand(PostgresBackend backend, PostgresCarriedState carried) {
        relay.watch().onStateRead();
        client.remember(backend.parameters());
        serverSide.giveUp(backend, carried);
    }

    /** What the session has can't be carried: it is not asked again before it has run something more. */
    void decline() {
        wanted = false;
        declined = true;
        declinedAt = System.nanoTime();
        declinedExchange = relay.exchange().startedAt();
        end();
    }

    /** The session has given its connection, or does not. */
    void end() {
        Backend target = lent;
        lent = null;
        if (target != null && pool != null) {
            pool.pool().expectNoMore(target);
        }
    }

    /** Until the cancel request has arrived, nobody but the client may run anything on the connection. */
    void cancel(PostgresBackend backend, Runnable done) {
        if (!cancels()) {
            cancelledAt = System.nanoTime();
        }
        cancelsUnderWay++;
        servers.cancel(backend, () -> {
            cancelsUnderWay--;
            if (pool != null && cancelsUnderWay == 0 && pool.pool().isAwaited(backend.target())) {
                pool.pool().makeRoom(backend.target(), pool);
            }
            done.run();
            if (!cancels() && !serverSide.gateIsOpen()) {
                owner.onProgress();
            }
        });
    }

    boolean cancels() {
        return cancelsUnderWay > 0;
    }

    /**
     * Why the session can't leave its server although it is idle.
     *
     * @param found what was found to be in the way; null if nothing was
     */
    @Nullable
    PostgresPin idlePin(@Nullable PostgresPin found) {
        return found == null && cancels() ? new PostgresPin("cancel request on its way", cancelledAt) : found;
    }
}
