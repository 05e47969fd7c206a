package io.godwit.backup.engine.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.backup.engine.DatabaseSnapshot;
import io.godwit.backup.failure.OperationFailedException;
import io.godwit.backup.tool.ToolProcesses;
import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.events.Failure;
import io.godwit.testing.Eventually;
import io.godwit.testing.PostgresServer;
import io.godwit.testing.TestSecrets;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a snapshot does to those who use the database. */
class PostgresSnapshotIT {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final DatabaseId ID = new DatabaseId("snapshot", "orders");

    private final PostgresServer server = PostgresServer.shared("snapshot");
    private final PostgresProperties properties =
            new PostgresProperties(PostgresServer.binDirectory(), LONG, LONG, LONG, LONG);
    private final PostgresBackupEngine engine = new PostgresBackupEngine(
            PostgresServer.connections(),
            new PostgresTools(new ToolProcesses(), PostgresServer.connections(), properties),
            TestSecrets.sealer(),
            properties);
    private PlacedDatabase database;

    @BeforeEach
    void create() throws SQLException {
        database = server.createTenantDatabase(ID);
        execute("CREATE TABLE orders (id integer, note text)");
        execute("INSERT INTO orders VALUES (1, 'kept')");
    }

    @AfterEach
    void drop() throws SQLException {
        server.dropTenantDatabase(ID);
    }

    @Test
    void whoWaitsToChangeATableIsLetThroughSoon() throws Exception {
        FutureTask<Boolean> change;
        try (DatabaseSnapshot snapshot = engine.openSnapshot(database, "godwit_backup_it")) {
            change = new FutureTask<>(() -> execute("ALTER TABLE orders ADD COLUMN extra text"));
            Thread.ofVirtual().start(change);
            Eventually.await("the change waits", LONG, () -> waiting() == 1);

            assertGivesWay(() -> snapshot.dumpTo(OutputStream.nullOutputStream()));
            assertGivesWay(() -> snapshot.fingerprints(Instant.now()));
            assertThat(change.isDone()).isFalse();
        }
        assertThat(change.get(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    private static void assertGivesWay(ThrowingCallable reading) {
        assertThatThrownBy(reading).isInstanceOfSatisfying(OperationFailedException.class, e -> {
            assertThat(e.failure().code()).isEqualTo(OperationFailedException.SCHEMA_CHANGING);
            assertThat(e.failure().kind()).isEqualTo(Failure.Kind.TRANSIENT);
        });
    }

    private long waiting() throws SQLException {
        try (Connection admin = server.openAdmin(database.databaseName());
                Statement statement = admin.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM pg_locks WHERE NOT granted")) {
            row.next();
            return row.getLong(1);
        }
    }

    private boolean execute(String sql) throws SQLException {
        try (Connection owner = PostgresServer.openOwner(database);
                Statement statement = owner.createStatement()) {
            statement.execute(sql);
            return true;
        }
    }
}
