package io.godwit.engines;

/**
 * A tenant's database on one server.
 *
 * @param databaseName the database's name on the server
 * @param owner the role that owns the database there and as which the proxy logs in for the tenant
 */
public record PlacedDatabase(ServerAccess server, String databaseName, Login owner) {}
