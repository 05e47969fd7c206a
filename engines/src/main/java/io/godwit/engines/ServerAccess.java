package io.godwit.engines;

/**
 * How Godwit's services reach a database server.
 *
 * @param version the server's version as it reports it, for example {@code 15.18}
 * @param admin the login with which Godwit administers the server; never given to the proxy
 * @param replication the login with which other servers read this server's change stream
 */
public record ServerAccess(
        String serverId,
        EngineId engine,
        String version,
        ServerAddress address,
        TransportSecurity security,
        Login admin,
        Login replication) {}
