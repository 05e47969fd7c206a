package io.godwit.provisioning.engine;

import io.godwit.engines.EngineId;
import java.nio.file.Path;

/** Servers of one engine that run as local processes. */
public interface LocalServers {
    EngineId engine();

    /** The version of the programs. */
    String version();

    /** @param directory holds everything of the server */
    LocalServer open(String serverId, Path directory, int port, String administrator);
}
