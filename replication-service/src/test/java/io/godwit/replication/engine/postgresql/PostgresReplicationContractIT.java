package io.godwit.replication.engine.postgresql;

import io.godwit.engines.PlacedDatabase;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.MovingDatabase;
import io.godwit.replication.engine.ReplicationEngine;
import io.godwit.replication.engine.ReplicationEngineContractIT;
import io.godwit.testing.PostgresServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

class PostgresReplicationContractIT extends ReplicationEngineContractIT {
    @Override
    protected MovingDatabase open() throws Exception {
        return new MovingTable(new Shop());
    }

    /** One table of the tenant's, which the target has once it was copied. */
    private static final class MovingTable implements MovingDatabase {
        private static final String TABLE = "CREATE TABLE IF NOT EXISTS notes (key text PRIMARY KEY, value text)";
        private static final String WRITE =
                "INSERT INTO notes VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value =" + " excluded.value";

        private final Shop shop;
        private PostgresEngine engine;

        MovingTable(Shop shop) throws SQLException {
            this.shop = shop;
            this.engine = shop.newEngine();
            try (Connection owner = PostgresServer.openOwner(shop.stream.source())) {
                owner.createStatement().execute(TABLE);
            }
        }

        @Override
        public ReplicationEngine engine() {
            return engine;
        }

        @Override
        public void restartService() {
            engine.close();
            engine = shop.newEngine();
        }

        @Override
        public ChangeStream stream() {
            return shop.stream;
        }

        @Override
        public void write(PlacedDatabase database, String key, String value) throws SQLException {
            try (Connection owner = PostgresServer.openOwner(database)) {
                write(owner, key, value);
            }
        }

        @Override
        public void tamper(PlacedDatabase database, String key, String value) throws SQLException {
            try (Connection admin =
                    PostgresServer.connections().openAdmin(database.server(), database.databaseName())) {
                admin.createStatement().execute(TABLE);
                write(admin, key, value);
            }
        }

        private static void write(Connection connection, String key, String value) throws SQLException {
            try (PreparedStatement statement = connection.prepareStatement(WRITE)) {
                statement.setString(1, key);
                statement.setString(2, value);
                statement.execute();
            }
        }

        @Override
        public Map<String, String> contents(PlacedDatabase database) throws SQLException {
            Map<String, String> contents = new HashMap<>();
            for (String row : shop.query(database, "SELECT key || '|' || value FROM notes")) {
                String[] parts = row.split("\\|", 2);
                contents.put(parts[0], parts[1]);
            }
            return contents;
        }

        @Override
        public List<String> traces(PlacedDatabase database) throws SQLException {
            return shop.traces(database);
        }

        @Override
        public void close() throws SQLException, InterruptedException {
            engine.close();
            shop.close();
        }
    }
}
