package io.godwit.provisioning.engine;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.ServerAccess;
import io.godwit.engines.Tier;
import java.util.Collection;
import java.util.Map;

/**
 * Sets up servers of one engine and the databases on them. Every method is bounded in time, may be repeated, and throws
 * {@link ProvisioningException} where the server does not do what was asked.
 */
public interface Provisioner {
    EngineId engine();

    /**
     * Finds out whether Godwit can work with a server, and changes nothing.
     *
     * @return the server's version
     */
    String inspect(ServerAccess server);

    /**
     * What tells the running server from every other one, also from one that began as a copy of its data. It is the same
     * under every name that leads to the server, and another one after a restart: it is for being compared at once.
     */
    String identity(ServerAccess server);

    /** Whether the server answers the administrator at this moment. */
    boolean answers(ServerAccess server);

    /**
     * Makes the replication login.
     *
     * @param exclusive whether Godwit made the server, so that what other databases on it allow may be closed too
     */
    void setUpServer(ServerAccess server, boolean exclusive);

    /** Removes what {@link #setUpServer} made on a server that goes on without Godwit. */
    void leaveServer(ServerAccess server);

    /** @throws ProvisioningException if the engine keeps the name that clients would know the database by for itself */
    default void requireNameAllowed(DatabaseId id) {}

    DatabaseOptions optionsOf(PlacedDatabase database);

    /** Makes the empty database and its owner; refuses a database or role of that name which Godwit did not make. */
    void create(DatabaseId id, PlacedDatabase database, DatabaseOptions options, Tier tier);

    /** Gives a database that exists to a new owner that only Godwit knows, and moves no data. */
    void adopt(DatabaseId id, PlacedDatabase database);

    /** Drops the database with its sessions, and its owner. Does nothing where they are gone. */
    void drop(DatabaseId id, PlacedDatabase database);

    /** Whether a server may have more than one database. */
    default boolean holdsManyDatabases() {
        return true;
    }

    /** @return the sizes in bytes of those databases that are there */
    Map<String, Long> sizes(ServerAccess server, Collection<String> databases);
}
