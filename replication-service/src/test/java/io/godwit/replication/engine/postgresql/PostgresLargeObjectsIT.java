package io.godwit.replication.engine.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.engines.PlacedDatabase;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.ClientHold;
import io.godwit.replication.engine.ConvergenceGoal;
import io.godwit.replication.engine.ReplicationException;
import io.godwit.testing.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PostgresLargeObjectsIT {
    private static final ConvergenceGoal GOAL = new ConvergenceGoal(Duration.ofMillis(500), 3);

    private Shop shop;
    private ChangeStream stream;
    private PlacedDatabase source;
    private PlacedDatabase target;

    @BeforeEach
    void openShop() throws Exception {
        shop = new Shop();
        stream = shop.stream;
        source = stream.source();
        target = stream.target();
    }

    @AfterEach
    void closeShop() throws Exception {
        shop.close();
    }

    @Test
    void theyAreOnTheTargetAsTheyWereLast() throws Exception {
        asOwner(
                source,
                "SELECT lo_from_bytea(1001, 'kept')",
                "SELECT lo_from_bytea(1002, 'changed')",
                "SELECT lo_from_bytea(1003, 'removed')",
                "SELECT lo_create(1004)",
                // Sparse, and over several pages.
                "SELECT lo_from_bytea(1005, 'far'), lo_put(1005, 9000, decode(repeat('00ff', 3000), 'hex'))",
                "GRANT SELECT ON LARGE OBJECT 1001 TO " + shop.reader(),
                "REVOKE UPDATE ON LARGE OBJECT 1002 FROM CURRENT_USER");
        shop.execute(source, "SELECT lo_from_bytea(1006, 'an administrator''s')");
        shop.engine.copy(stream, _ -> {});
        shop.engine.awaitConvergence(stream, GOAL, _ -> {});
        shop.engine.verify(stream);
        List<String> ahead = objects(target);
        asOwner(
                source,
                "SELECT lo_put(1005, 2047, 'over a page''s end')",
                "SELECT lo_unlink(1003)",
                "SELECT lo_from_bytea(1007, 'new')");
        shop.execute(source, "SELECT lo_put(1002, 0, 'CH')");

        shop.engine.handOver(stream, true, ClientHold.UNLIMITED);

        assertThat(ahead).hasSize(6);
        assertThat(objects(target)).isEqualTo(objects(source)).hasSize(6).isNotEqualTo(ahead);
        asOwner(target, "SELECT lo_put(1007, 0, 'new there')", "SELECT lo_unlink(1001)", "SELECT lo_create(1008)");
        shop.engine.handOver(stream.reversed(), false, ClientHold.UNLIMITED);
        assertThat(objects(source)).isEqualTo(objects(target)).hasSize(6);
        assertThat(shop.query(source, "SELECT convert_from(lo_get(1007), 'UTF8')"))
                .containsExactly("new there");
    }

    @Test
    void moreThanCanBeCarriedIsRefusedAndLosesNothing() throws Exception {
        shop.engine.copy(stream, _ -> {});
        shop.engine.awaitConvergence(stream, GOAL, _ -> {});
        asOwner(source, "SELECT lo_from_bytea(1001, decode(repeat('00', 20000000), 'hex'))");
        asOwner(source, "SELECT lo_from_bytea(1002, decode(repeat('00', 20000000), 'hex'))");

        assertThatThrownBy(() -> shop.engine.verify(stream)).isInstanceOfSatisfying(ReplicationException.class, e -> {
            assertThat(e.failure().code()).isEqualTo("LARGE_OBJECTS");
            assertThat(e.failure().message()).contains("2 large objects");
        });
        assertThatThrownBy(() -> shop.engine.handOver(stream, true, ClientHold.UNLIMITED))
                .isInstanceOf(ReplicationException.class);
    }

    private List<String> objects(PlacedDatabase database) throws SQLException {
        return shop.query(
                database,
                "SELECT concat_ws(' ', oid, pg_get_userbyid(lomowner), lomacl, md5(lo_get(oid)), length(lo_get(oid)))"
                        + " FROM pg_largeobject_metadata ORDER BY oid");
    }

    private static void asOwner(PlacedDatabase database, String... statements) throws SQLException {
        try (Connection owner = PostgresServer.openOwner(database);
                Statement statement = owner.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
