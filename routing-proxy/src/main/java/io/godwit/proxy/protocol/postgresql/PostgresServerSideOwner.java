package io.godwit.proxy.protocol.postgresql;

/** The rest of a session, as its {@link PostgresServerSide} sees it. Called on the session's event loop. */
interface PostgresServerSideOwner {
    /** The gate has changed. */
    void onProgress();

    /** The session is going to leave its server; what the client has sent waits. */
    void onLeaving();

    /** The session has no server; it may end now, otherwise it goes on to the next one. */
    void onDetached();

    /** The session is with a server: what waited goes on. */
    void onAttached();

    /** The session can't go on. */
    void end(PostgresError error);

    /** The server has ended the session, and the client is to hear it from it. */
    void end(PostgresServerLoss loss);
}
