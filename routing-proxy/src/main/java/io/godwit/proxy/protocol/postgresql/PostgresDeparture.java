package io.godwit.proxy.protocol.postgresql;

import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Readies an idle session for leaving its server: reads its state, then, where it has locks, how often they are taken
 * and what is in its temporary tables, and gives it all to the connection that was opened ahead. What others can feel is
 * there before the session has left, so that it is there before any proxy lets anybody run there. Nothing changes on the
 * server. Confined to the session's event loop.
 */
final class PostgresDeparture
        implements PostgresInquiry.Interruption,
                PostgresCapture.Listener,
                PostgresLockCount.Listener,
                PostgresTemporaryTablesDump.Listener,
                PostgresKeeping.Listener {
    /** So long the session's departure waits for a target that does not answer. */
    private static final Duration AHEAD_LIMIT = Duration.ofMillis(500);

    private final PostgresBackend backend;
    private final PostgresStatementWatch watch;
    private final PostgresServers servers;
    private final Purpose purpose;
    private final Listener listener;
    private PostgresCarriedState state = PostgresCarriedState.NOTHING;
    private boolean temporary;
    private boolean complete;
    private @Nullable PostgresTemporaryTablesDump tablesDump;

    enum Purpose {
        /** The gate is closing. */
        LEAVE(true),
        /** The session stays, and is going to leave soon; only what lasts is read. */
        REHEARSE(true),
        /** The session stays; only what keeps it there is of interest. */
        INSPECT(false),
        /** Others of the same server need the connection; what is bound to it stays. */
        LEND(false);

        /** Whether the same is asked before and when the session leaves. */
        private final boolean again;

        Purpose(boolean again) {
            this.again = again;
        }

        boolean staysWithServer() {
            return this == REHEARSE || this == INSPECT;
        }
    }

    /** Exactly one of the first five is called, once, unless the departure is cancelled. */
    interface Listener {
        /** @param carried what the session takes along, to be {@linkplain PostgresServers#forget forgotten} */
        void onReady(PostgresCarriedState carried);

        /** @param carried what the session would have taken along, to be {@linkplain PostgresServers#forget forgotten} */
        void onRehearsed(PostgresCarriedState carried);

        void onPinned(String reason);

        /**
         * The connection ended first.
         *
         * @param error what the server said last, if anything
         */
        void onLost(@Nullable PostgresError error);

        /** The session's state on the server is not what the client believes it to be. */
        void onBroken(PostgresError fatal);

        /** A NotificationResponse, which is the client's. */
        void onNotification(ByteBuf body);
    }

    PostgresDeparture(
            PostgresBackend backend,
            PostgresStatementWatch watch,
            PostgresServers servers,
            Purpose purpose,
            Listener listener) {
        this.backend = backend;
        this.watch = watch;
        this.servers = servers;
        this.purpose = purpose;
        this.listener = listener;
    }

    void start() {
        new PostgresCapture(backend, watch, this, this).start(purpose.again);
    }

    /** @param known what the session has; nothing is read */
    void startWith(PostgresCarriedState known) {
        new PostgresKeeping(backend, this).start();
        state = known;
        bringAhead();
    }

    @Override
    public void onFound(PostgresCarriedState found, boolean withTemporary) {
        state = found;
        temporary = withTemporary;
        if (purpose == Purpose.LEND) {
            lend();
        } else if (purpose == Purpose.INSPECT || found.locks().isEmpty()) {
            dump();
        } else if (purpose == Purpose.REHEARSE) {
            new PostgresLockCount(backend, found.locks(), this, this).rehearse(this::dump);
        } else {
            new PostgresLockCount(backend, found.locks(), this, this).start();
        }
    }

    private void lend() {
        if (temporary || state.isFeltByOthers()) {
            listener.onPinned("locks, listens or temporary tables");
        } else {
            listener.onReady(state);
        }
    }

    @Override
    public void onCounted(List<PostgresAdvisoryLock> locks) {
        state = state.withLocks(locks);
        dump();
    }

    @Override
    public void onNotCounted(PostgresError error) {
        listener.onPinned("advisory locks can't be read: " + error.message());
    }

    @Override
    public void onLocksLost(PostgresError error) {
        listener.onBroken(PostgresError.fatal(
                PostgresError.ADMIN_SHUTDOWN,
                "terminating connection because the session's locks were lost: " + error.message()));
    }

    private void dump() {
        if (temporary) {
            PostgresTemporaryTablesDump started =
                    new PostgresTemporaryTablesDump(backend, watch.temporaryTables(), servers.room(), this, this);
            tablesDump = started;
            started.start(purpose.again);
        } else {
            bringAhead();
        }
    }

    @Override
    public void onDumped(PostgresTemporaryTables tables) {
        state = state.with(tables);
        bringAhead();
    }

    private void bringAhead() {
        if (purpose.staysWithServer()) {
            listener.onRehearsed(state);
            return;
        }
        complete = true;
        if (state.isFeltByOthers()) {
            servers.bringAhead(backend, state, this::finish);
            servers.after(AHEAD_LIMIT, this::finish);
        } else {
            servers.bringAhead(backend, state, () -> {});
            finish();
        }
    }

    /** Nobody is told anything from now on, and what was read is forgotten. The connection is to be dropped. */
    void cancel() {
        if (tablesDump != null) {
            tablesDump.giveRoomBack();
        }
        if (complete) {
            complete = false;
            servers.forget(state);
        }
    }

    private void finish() {
        if (complete) {
            complete = false;
            listener.onReady(state);
        }
    }

    @Override
    public void onPinned(String reason) {
        listener.onPinned(reason);
    }

    @Override
    public void onLost(@Nullable PostgresError error) {
        if (complete) {
            // Nothing of it is needed any more.
            finish();
        } else {
            listener.onLost(error);
        }
    }

    @Override
    public void onKeptLost() {
        onLost(null);
    }

    @Override
    public void onNotification(ByteBuf body) {
        listener.onNotification(body);
    }
}
