package io.godwit.backup.engine.postgresql;

import io.godwit.engines.ServerAccess;
import io.godwit.engines.postgresql.PostgresConnections;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Opens administrators' connections to tenants' databases. A tenant may have functions and operators that fit a query
 * better than the server's own, and a search path that leads to them; here neither is found.
 */
final class PostgresInside {
    private PostgresInside() {}

    /** @return a connection in auto-commit mode; the caller closes it */
    static Connection open(PostgresConnections connections, ServerAccess server, String database) throws SQLException {
        Connection connection = connections.openAdmin(server, database);
        boolean safe = false;
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET search_path = pg_catalog; SET role = none");
            safe = true;
            return connection;
        } finally {
            if (!safe) {
                connection.close();
            }
        }
    }
}
