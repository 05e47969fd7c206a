package io.godwit.provisioning.engine;

import io.godwit.engines.EngineId;
import org.jspecify.annotations.Nullable;

/** How clients of one engine log in. */
public interface ClientLogins {
    EngineId engine();

    /** Something by which the password is checked and from which it can't be had. */
    String verifierOf(String password);

    /** @param password left out of the connection string if null */
    String connectionUri(String host, int port, String user, @Nullable String password, String database);
}
