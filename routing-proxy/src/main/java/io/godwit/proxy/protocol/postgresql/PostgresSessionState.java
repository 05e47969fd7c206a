package io.godwit.proxy.protocol.postgresql;

/**
 * Where a session stands with its server. In a pool, a session that lends its connection goes the way of a session whose
 * gate closes, and leaves {@link Detached} when it has something to run.
 *
 * <pre>
 *   logged in ─► Detached ──gate open──► Attaching ──replayed──► Attached ◄──pinned───┐
 *                ▲  ▲  ▲                   │  ▲                      │                │
 *                │  │  └────gate closed────┘  │          gate closed and idle         │
 *                │  │                      gate open                 ▼                │
 *                │  └──────────ready──────────│────────────────── Capturing ──────────┘
 *                └──fence──── Kept ───────────┘                      │
 *                              ▲                                     │
 *                              └─────ready, with locks or listens────┘
 *   from each, when the client goes, is cut or is refused: Closed
 * </pre>
 */
sealed interface PostgresSessionState {

    /** Whether the session has, or is making, a connection on which it may run something. */
    boolean onServer();

    /** No connection; what the client sends waits. */
    record Detached(PostgresCarriedState carried) implements PostgresSessionState {
        @Override
        public boolean onServer() {
            return false;
        }
    }

    /**
     * As {@link Detached}, but what others would feel, locks and listens, stays on the old server until the fence or the
     * gate ends the connection.
     */
    record Kept(PostgresBackend backend, PostgresCarriedState carried) implements PostgresSessionState {
        @Override
        public boolean onServer() {
            return false;
        }
    }

    record Attaching(PostgresCarriedState carried, PostgresAttachment attachment) implements PostgresSessionState {
        @Override
        public boolean onServer() {
            return true;
        }
    }

    /** Frames pass. */
    record Attached(PostgresBackend backend) implements PostgresSessionState {
        @Override
        public boolean onServer() {
            return true;
        }
    }

    /**
     * The server is asked for the session's state; what the client sends waits.
     *
     * @param epoch of the route that led to this server; the session stays if the gate has opened to it again
     * @param lends whether another session is to have the connection
     * @param departure what asks, to be cancelled if the session ends first
     */
    record Capturing(PostgresBackend backend, long epoch, boolean lends, PostgresDeparture departure)
            implements PostgresSessionState {
        @Override
        public boolean onServer() {
            return true;
        }
    }

    record Closed() implements PostgresSessionState {
        @Override
        public boolean onServer() {
            return false;
        }
    }
}
