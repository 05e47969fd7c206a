package io.godwit.replication;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.testing.PostgresServer;
import java.sql.Connection;
import java.sql.Statement;

/** A tenant's database with one table. */
final class OrdersDatabase {
    private OrdersDatabase() {}

    /** @param rows of the table; without any there is none */
    static PlacedDatabase create(String server, DatabaseId id, int rows) throws Exception {
        PlacedDatabase database = PostgresServer.shared(server).createTenantDatabase(id);
        if (rows > 0) {
            try (Connection owner = PostgresServer.openOwner(database);
                    Statement statement = owner.createStatement()) {
                statement.execute("CREATE TABLE orders (id bigserial PRIMARY KEY, note text)");
                statement.execute("INSERT INTO orders (note) SELECT repeat(md5(n::text), 10) FROM generate_series(1, "
                        + rows + ") n");
            }
        }
        return database;
    }
}
