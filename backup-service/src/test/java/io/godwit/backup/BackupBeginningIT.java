package io.godwit.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.backup.BackupServiceFixture.BackupDuring;
import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.ServerAccess;
import io.godwit.testing.Eventually;
import io.godwit.testing.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A backup that waits or begins, and what its tenant does or has done with the database. */
class BackupBeginningIT {
    private static final Duration PACE = Duration.ofSeconds(1);
    /** So that a change comes while a backup begins, which takes longer. */
    private static final Duration FIRST_PACE = Duration.ofMillis(20);
    /** What a change takes at least that had to wait for a backup to give way. */
    private static final Duration BACKUP_IN_THE_WAY = Duration.ofMillis(300);

    private static BackupServiceFixture service;

    @BeforeAll
    static void start() {
        service = new BackupServiceFixture(Map.of());
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @Test
    void aLockedTableFailsTheBackupAndLeavesNothingInTheStore() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/locked");
        service.createDatabase(id, 10);
        try (Connection admin = service.server.openAdmin(id.clientName());
                Statement statement = admin.createStatement()) {
            admin.setAutoCommit(false);
            statement.execute("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE");

            JsonNode backup = service.backUp(id);

            assertThat(backup.path("status").asString()).isEqualTo("failed");
            assertThat(backup.path("error").path("code").asString()).isEqualTo("TABLE_LOCKED");
        }
        assertThat(service.keys(id)).isEmpty();
    }

    @Test
    void aTableThatIsChangedAllTheTimeIsBackedUp() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/changing");
        PlacedDatabase database = service.createDatabase(id, 100);
        BackupServiceFixture.fillWithNoise(database, 20_000);

        BackupDuring during = service.backUpDuring(id, changing -> changeWhile(changing, database));

        JsonNode backup = during.backup();
        assertThat(backup.path("status").asString())
                .as(backup.path("error").toString())
                .isEqualTo("completed");
        assertThat(during.done()).isPositive();
        assertThat(service.verify(backup.path("id").asString()).path("status").asString())
                .isEqualTo("succeeded");
    }

    /**
     * Changes the table more often than a backup can begin, until one had to give way.
     *
     * @return how often the table was changed
     */
    private static int changeWhile(AtomicBoolean changing, PlacedDatabase database) throws SQLException {
        int changes = 0;
        Duration pace = FIRST_PACE;
        try (Connection owner = PostgresServer.openOwner(database);
                Statement statement = owner.createStatement()) {
            while (changing.get()) {
                long began = System.nanoTime();
                statement.execute("ALTER TABLE orders ALTER COLUMN note SET DEFAULT 'change " + changes++ + "'");
                if (System.nanoTime() - began > BACKUP_IN_THE_WAY.toNanos()) {
                    pace = PACE;
                }
                LockSupport.parkNanos(pace.toNanos());
            }
        }
        return changes;
    }

    @Test
    void aTransactionThatChangesSeveralTablesIsLetThroughByABackupThatBegins() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/several");
        PlacedDatabase database = service.createDatabase(id, 10);
        BackupServiceFixture.execute(database, "CREATE TABLE early (id int PRIMARY KEY)");
        try (Connection owner = PostgresServer.openOwner(database);
                Statement statement = owner.createStatement()) {
            owner.setAutoCommit(false);
            statement.execute("ALTER TABLE orders ALTER COLUMN note SET DEFAULT 'one'");
            String backup = service.requestBackup(id);
            // It has locked the table that comes first by then.
            Eventually.await("the backup's waiting", BackupServiceFixture.LONG, () -> somebodyWaitsIn(database));

            statement.execute("ALTER TABLE early ADD COLUMN more int");
            owner.commit();

            JsonNode finished = service.awaitFinished(backup);
            assertThat(finished.path("status").asString())
                    .as(finished.path("error").toString())
                    .isEqualTo("completed");
        }
    }

    private static boolean somebodyWaitsIn(PlacedDatabase database) throws SQLException {
        try (Connection admin = service.server.openAdmin(database.databaseName());
                Statement statement = admin.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM pg_locks l JOIN pg_database d"
                        + " ON d.oid = l.database WHERE d.datname = current_database() AND NOT l.granted")) {
            row.next();
            return row.getInt(1) > 0;
        }
    }

    @Test
    void aDatabaseWhoseStatementsAreToEndSoonIsBackedUpAllTheSame() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/impatient");
        PlacedDatabase database = service.createDatabase(id, 10);
        BackupServiceFixture.fillWithNoise(database, 20_000);
        BackupServiceFixture.execute(
                database, "ALTER DATABASE " + database.databaseName() + " SET statement_timeout = '20ms'");

        JsonNode backup = service.backUp(id);

        assertThat(backup.path("status").asString())
                .as(backup.path("error").toString())
                .isEqualTo("completed");
    }

    @Test
    void aDatabaseThatMovesWhileItsBackupWaitsForItsTurnIsNotReadWhereItWas() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/waiting");
        PlacedDatabase database = service.createDatabase(id, 10);
        List<DatabaseId> others = List.of(DatabaseId.parse("acme/first"), DatabaseId.parse("acme/second"));
        for (DatabaseId other : others) {
            service.createDatabase(other, 10);
        }
        List<String> before = new ArrayList<>();
        service.storeLink.stall();
        String backup;
        try {
            for (DatabaseId other : others) {
                before.add(service.requestBackup(other));
            }
            backup = service.requestBackup(id);
            Eventually.stays(
                    "waiting for its turn",
                    Duration.ofMillis(1_500),
                    () -> service.get("/api/v1/backups/" + backup)
                            .body()
                            .path("status")
                            .asString()
                            .equals("pending"));
            service.provisioning.place(id, onAnotherServer(database));
        } finally {
            service.storeLink.pass();
        }

        JsonNode finished = service.awaitFinished(backup);

        assertThat(finished.path("error").path("code").asString()).isEqualTo("DATABASE_MOVED");
        assertThat(service.keys(id)).isEmpty();
        for (String other : before) {
            assertThat(service.awaitFinished(other).path("status").asString()).isEqualTo("completed");
        }
    }

    private static PlacedDatabase onAnotherServer(PlacedDatabase database) {
        ServerAccess server = database.server();
        return new PlacedDatabase(
                new ServerAccess(
                        "srv_elsewhere",
                        server.engine(),
                        server.version(),
                        server.address(),
                        server.security(),
                        server.admin(),
                        server.replication()),
                database.databaseName(),
                database.owner());
    }
}
