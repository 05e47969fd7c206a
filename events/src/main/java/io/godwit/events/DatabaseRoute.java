package io.godwit.events;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;

/**
 * Where a database lives now. Provisioning is the only writer; proxies follow the newest epoch.
 *
 * @param epoch counts up with every change of the database's server
 * @param client how clients prove who they are
 * @param backend where the proxy logs in for them
 */
public record DatabaseRoute(
        DatabaseId databaseId, EngineId engine, long epoch, ClientLogin client, ProxyCommand.Backend backend) {

    /**
     * What the proxy needs to authenticate the client.
     *
     * @param user the client-visible user, also the client-visible database, for example {@code orders__acme}
     * @param verifier the engine's own password verifier, for example PostgreSQL's
     *     {@code SCRAM-SHA-256$4096:salt$storedKey:serverKey}; the password can't be had from it
     */
    public record ClientLogin(String user, String verifier) {}
}
