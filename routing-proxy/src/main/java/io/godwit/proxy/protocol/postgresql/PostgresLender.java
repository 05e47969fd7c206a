package io.godwit.proxy.protocol.postgresql;

import io.godwit.events.ProxyCommand.Backend;

/** A session that has a connection of its database's pool. Called on the session's event loop. */
interface PostgresLender {

    /** Whether the session is idle, has a connection to that server, and nothing is known to bind it to that. */
    boolean canLend(Backend target);

    /** As {@link System#nanoTime} tells it. */
    long idleSince();

    /** Gives the connection to those who wait, if the session's state there can be carried. One is expected from it. */
    void lend();

    /** Offers the connection at the end of the current exchange. */
    void lendWhenIdle(Backend target);
}
