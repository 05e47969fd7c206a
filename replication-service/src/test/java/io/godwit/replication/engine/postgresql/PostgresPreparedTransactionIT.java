package io.godwit.replication.engine.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.engines.PlacedDatabase;
import io.godwit.replication.engine.ClientHold;
import io.godwit.replication.engine.ConvergenceGoal;
import io.godwit.replication.engine.ReplicationException;
import io.godwit.testing.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A prepared transaction is acknowledged, and can be committed by nobody behind the fence. */
class PostgresPreparedTransactionIT {
    private static final ConvergenceGoal GOAL = new ConvergenceGoal(Duration.ofMillis(500), 3);

    @Test
    void aTransactionPreparedDuringTheMoveKeepsTheDatabaseWhereItIsUntilItIsCommitted() throws Exception {
        try (PostgresServer server = PostgresServer.start("prepared", Map.of("max_prepared_transactions", "5"))) {
            Shop shop = new Shop(server, PostgresServer.shared("target"));
            String migration = shop.stream.migrationId();
            PlacedDatabase source = shop.stream.source();
            shop.engine.copy(shop.stream, _ -> {});
            shop.engine.awaitConvergence(shop.stream, GOAL, _ -> {});
            shop.engine.verify(shop.stream);
            write(source, "BEGIN; INSERT INTO animals VALUES (90, 'newt'); PREPARE TRANSACTION 'half done'");

            String position = shop.engine.fence(migration, source, ClientHold.UNLIMITED);
            assertThatThrownBy(() -> shop.engine.flush(shop.stream, position))
                    .isInstanceOfSatisfying(ReplicationException.class, e -> {
                        assertThat(e.failure().code()).isEqualTo("PREPARED_TRANSACTION");
                        assertThat(e.failure().message()).contains("half done");
                    });

            shop.engine.unfence(migration, source);
            write(source, "COMMIT PREPARED 'half done'");
            shop.engine.flush(shop.stream, shop.engine.fence(migration, source, ClientHold.UNLIMITED));
            assertThat(shop.query(shop.stream.target(), "SELECT name FROM public.animals WHERE id = 90"))
                    .containsExactly("newt");
            shop.engine.unfence(migration, source);
            shop.close();
        }
    }

    private static void write(PlacedDatabase database, String sql) throws SQLException {
        try (Connection owner = PostgresServer.openOwner(database);
                Statement statement = owner.createStatement()) {
            statement.execute(sql);
        }
    }
}
