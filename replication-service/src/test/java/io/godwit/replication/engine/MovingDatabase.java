package io.godwit.replication.engine;

import io.godwit.engines.PlacedDatabase;
import java.util.List;
import java.util.Map;

/** A tenant's database of some engine, on one server, and the empty one it is to move to on another. */
public interface MovingDatabase {

    /** The engine in this life of the service. */
    ReplicationEngine engine();

    /** Ends this life of the service and begins the next, with the same records. */
    void restartService() throws Exception;

    ChangeStream stream();

    /**
     * Writes as the tenant, in a connection of its own.
     *
     * @throws Exception if the server does not let the tenant in, or takes no writes
     */
    void write(PlacedDatabase database, String key, String value) throws Exception;

    /** Writes as administrator, past everything that keeps the tenant out. */
    void tamper(PlacedDatabase database, String key, String value) throws Exception;

    /** What the tenant has written, by key, as the administrator sees it. */
    Map<String, String> contents(PlacedDatabase database) throws Exception;

    /** What a move changes on a server, and must not leave there. */
    List<String> traces(PlacedDatabase database) throws Exception;

    /** Undoes what the test left, and removes the databases. */
    void close() throws Exception;
}
