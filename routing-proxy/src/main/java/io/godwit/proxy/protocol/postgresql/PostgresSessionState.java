package io.godwit.proxy.protocol.postgresql;

/**
 * Where a session stands with its server.
 *
 * <pre>
 *   logged in ─► Detached ──gate open──► Attaching ──replayed──► Attached ◄──pinned───┐
 *                  ▲  ▲                      │                       │                │
 *                  │  └────gate closed───────┘           gate closed and idle         │
 *                  │                                                 ▼                │
 *                  └────────────────────captured───────────────── Capturing ──────────┘
 *   from each, when the client goes, is cut or is refused: Closed
 * </pre>
 */
sealed interface PostgresSessionState {

    /** No connection; what the client sends waits. */
    record Detached(PostgresCarriedState carried) implements PostgresSessionState {}

    record Attaching(PostgresCarriedState carried, PostgresAttachment attachment) implements PostgresSessionState {}

    /** Frames pass. */
    record Attached(PostgresBackend backend) implements PostgresSessionState {}

    /**
     * The server is asked for the session's state; what the client sends waits.
     *
     * @param epoch of the route that led to this server; the session stays if the gate has opened to it again
     */
    record Capturing(PostgresBackend backend, long epoch) implements PostgresSessionState {}

    record Closed() implements PostgresSessionState {}
}
