package io.godwit.proxy.protocol;

import io.godwit.engines.DatabaseId;

/** Where pools of server connections are measured. */
public interface PoolMeters {

    /** A database's pool has been made. It lives as long as the database's gate. */
    void onPool(DatabaseId databaseId, Figures pool);

    /** May be read from any thread. */
    interface Figures {
        /** Server connections that sessions have, or that are being opened or closed. */
        int connectionsInUse();

        /** Server connections that belong to nobody. */
        int connectionsIdle();

        /** Exchanges and logins that wait for a server connection. */
        int waiting();
    }
}
