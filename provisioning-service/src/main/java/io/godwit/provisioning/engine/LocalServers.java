package io.godwit.provisioning.engine;

import io.godwit.engines.EngineId;
import io.godwit.engines.PlacedDatabase;
import java.nio.file.Path;

/** Servers of one engine that run as local processes. */
public interface LocalServers {
    EngineId engine();

    /** The version of the programs. */
    String version();

    /** @param directory holds everything of the server */
    LocalServer open(String serverId, Path directory, int port, String administrator);

    /** Whether each database on a shared server is a process of its own, with a port and a folder. */
    default boolean hasDatabaseProcesses() {
        return false;
    }

    /**
     * The process of one database, where {@link #hasDatabaseProcesses}.
     *
     * @param directory the server's, in which the database has its own
     * @param options with which the process begins its life, if it is made
     */
    default LocalServer openDatabase(PlacedDatabase database, Path directory, DatabaseOptions options) {
        throw new IllegalStateException("databases of engine " + engine().id() + " are no processes of their own");
    }
}
