package io.godwit.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.backup.BackupServiceFixture.Answer;
import io.godwit.backup.catalog.RestoreRunRepository;
import io.godwit.backup.catalog.RunStatus;
import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.ServerAccess;
import io.godwit.testing.Eventually;
import io.godwit.testing.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class RestoreIT {
    private static final String REPLACE = "{\"confirm\":\"%s\",\"replace\":true}";

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
    void aRestoreBringsRowsOwnersGrantsAndSettingsBack() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/restored");
        PlacedDatabase database = service.createDatabase(id, 1_000);
        service.server.execute(
                database.databaseName(),
                "DROP ROLE IF EXISTS reporting",
                "CREATE ROLE reporting",
                "GRANT SELECT ON orders TO reporting",
                "ALTER DATABASE restored__acme SET search_path = \"$user\", public",
                "ALTER DATABASE restored__acme SET statement_timeout = '42s'",
                "GRANT CONNECT ON DATABASE restored__acme TO reporting");
        String backup = service.backUp(id).path("id").asString();
        BackupServiceFixture.execute(database, "DELETE FROM orders WHERE id > 10", "DROP VIEW newest");
        String grants = admin("SELECT datacl::text FROM pg_database WHERE datname = 'restored__acme'");

        JsonNode restore = service.restore(backup, REPLACE.formatted(id));

        assertThat(restore.path("status").asString()).as(restore.toString()).isEqualTo("succeeded");
        // As the owner: the login, the ownership and the rows are all as they were.
        assertThat(owner(database, "SELECT count(*) FROM orders")).isEqualTo("1000");
        assertThat(owner(database, "SELECT count(*) FROM newest")).isEqualTo("1");
        assertThat(owner(database, "SELECT tableowner FROM pg_tables WHERE tablename = 'orders'"))
                .isEqualTo("restored__acme");
        assertThat(owner(database, "SHOW statement_timeout")).isEqualTo("42s");
        assertThat(owner(database, "SHOW search_path")).isEqualTo("\"$user\", public");
        assertThat(owner(database, "SELECT has_table_privilege('reporting', 'orders', 'SELECT')"))
                .isEqualTo("t");
        assertThat(owner(database, "SELECT has_database_privilege('reporting', current_database(), 'CONNECT')"))
                .isEqualTo("t");
        assertThat(admin("SELECT datacl::text FROM pg_database WHERE datname = 'restored__acme'"))
                .isEqualTo(grants);
        assertThat(admin("SELECT count(*) FROM pg_database WHERE datname LIKE 'godwit%'"))
                .isEqualTo("0");
    }

    @Test
    void aFailedMigrationDoesNotKeepARestoreFromReplacing() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/stayed");
        PlacedDatabase database = service.createDatabase(id, 30);
        String backup = service.backUp(id).path("id").asString();
        BackupServiceFixture.execute(database, "TRUNCATE orders");
        service.provisioning.status(id, "failed");

        assertThat(service.restore(backup, REPLACE.formatted(id)).path("status").asString())
                .isEqualTo("succeeded");
        assertThat(owner(database, "SELECT count(*) FROM orders")).isEqualTo("30");
    }

    @Test
    void openSessionsDoNotKeepARestoreFromReplacing() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/occupied");
        PlacedDatabase database = service.createDatabase(id, 50);
        String backup = service.backUp(id).path("id").asString();
        BackupServiceFixture.execute(database, "TRUNCATE orders");
        try (Connection session = PostgresServer.openOwner(database);
                Statement statement = session.createStatement()) {
            session.setAutoCommit(false);
            statement.execute("INSERT INTO orders (id) VALUES (1)");

            assertThat(service.restore(backup, REPLACE.formatted(id))
                            .path("status")
                            .asString())
                    .isEqualTo("succeeded");
        }
        assertThat(owner(database, "SELECT count(*) FROM orders")).isEqualTo("50");
    }

    @Test
    void anotherDatabaseOfTheTenantTakesTheContentsAsItsOwn() throws Exception {
        DatabaseId from = DatabaseId.parse("acme/origin");
        DatabaseId into = DatabaseId.parse("acme/duplicate");
        service.createDatabase(from, 70);
        PlacedDatabase target = createEmpty(into);
        String backup = service.backUp(from).path("id").asString();

        JsonNode restore = service.restore(backup, "{\"into\":\"duplicate\",\"confirm\":\"acme/duplicate\"}");

        assertThat(restore.path("status").asString()).as(restore.toString()).isEqualTo("succeeded");
        assertThat(owner(target, "SELECT count(*) FROM orders")).isEqualTo("70");
        assertThat(owner(target, "SELECT tableowner FROM pg_tables WHERE tablename = 'orders'"))
                .isEqualTo("duplicate__acme");
    }

    @Test
    void oneBackupIsRestoredIntoTwoDatabasesOfAServerAtOnce() throws Exception {
        DatabaseId from = DatabaseId.parse("acme/common");
        service.createDatabase(from, 60);
        List<DatabaseId> twins = List.of(DatabaseId.parse("acme/twinone"), DatabaseId.parse("acme/twintwo"));
        List<PlacedDatabase> targets = List.of(createEmpty(twins.getFirst()), createEmpty(twins.getLast()));
        String backup = service.backUp(from).path("id").asString();
        List<String> runs = new ArrayList<>();
        service.storeLink.stall();
        try {
            for (DatabaseId into : twins) {
                runs.add(beginIntoEmpty(backup, into));
            }
            Eventually.await(
                    "a scratch database for each restore",
                    BackupServiceFixture.LONG,
                    () -> admin("SELECT count(*) FROM pg_database WHERE datname LIKE 'godwit_restore%'")
                            .equals("2"));
        } finally {
            service.storeLink.pass();
        }

        for (String run : runs) {
            Eventually.await("the end of " + run, BackupServiceFixture.LONG, () -> status(run) != RunStatus.RUNNING);
            assertThat(status(run)).isEqualTo(RunStatus.SUCCEEDED);
        }
        for (PlacedDatabase target : targets) {
            assertThat(owner(target, "SELECT count(*) FROM orders")).isEqualTo("60");
            assertThat(owner(target, "SELECT tableowner FROM pg_tables WHERE tablename = 'orders'"))
                    .isEqualTo(target.owner().user());
        }
    }

    @Test
    void whatIsNotConfirmedEmptyOrAtRestIsRefusedAndUntouched() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/guarded");
        PlacedDatabase database = service.createDatabase(id, 5);
        String backup = service.backUp(id).path("id").asString();
        String path = "/api/v1/backups/" + backup + "/restore";

        assertThat(service.post(path, "{\"replace\":true}").code()).isEqualTo("VALIDATION_FAILED");
        assertThat(service.post(path, REPLACE.formatted("acme/other")).code()).isEqualTo("VALIDATION_FAILED");
        assertThat(service.post(path, "{").code()).isEqualTo("MALFORMED_JSON");
        Answer notEmpty = service.post(path, "{\"confirm\":\"acme/guarded\"}");
        assertThat(notEmpty.status()).isEqualTo(409);
        assertThat(notEmpty.code()).isEqualTo("DATABASE_NOT_EMPTY");
        service.provisioning.status(id, "migrating_sync");
        Answer moving = service.post(path, REPLACE.formatted(id));
        assertThat(moving.status()).isEqualTo(409);
        assertThat(moving.code()).isEqualTo("MIGRATION_IN_PROGRESS");
        assertThat(owner(database, "SELECT count(*) FROM orders")).isEqualTo("5");
    }

    @Test
    void aBackupIsNotRestoredIntoADatabaseOfAnotherEngine() throws Exception {
        DatabaseId from = DatabaseId.parse("acme/tables");
        service.createDatabase(from, 5);
        String backup = service.backUp(from).path("id").asString();
        ServerAccess server = service.server.access();
        ServerAccess redis = new ServerAccess(
                "srv_redis",
                EngineId.REDIS,
                "7.0",
                server.address(),
                server.security(),
                server.admin(),
                server.replication());
        service.provisioning.place(
                DatabaseId.parse("acme/cache"), new PlacedDatabase(redis, "cache__acme", server.admin()));

        Answer refused = service.post(
                "/api/v1/backups/" + backup + "/restore",
                "{\"into\":\"cache\",\"confirm\":\"acme/cache\",\"replace\":true}");

        assertThat(refused.status()).as(refused.toString()).isEqualTo(422);
        assertThat(refused.code()).isEqualTo("ENGINE_MISMATCH");
        assertThat(refused.body().path("detail").asString())
                .contains("cache__acme", "'redis'", "expected 'postgresql'", backup);
    }

    @Test
    void aDatabaseThatAChangeStreamIsReadFromIsNotReplaced() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/streamed");
        PlacedDatabase database = service.createDatabase(id, 5);
        String backup = service.backUp(id).path("id").asString();
        service.server.execute(
                database.databaseName(), "SELECT pg_create_logical_replication_slot('follower', 'pgoutput')");
        try {
            Answer refused = service.post("/api/v1/backups/" + backup + "/restore", REPLACE.formatted(id));

            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.code()).isEqualTo("DATABASE_BUSY");
        } finally {
            service.server.execute(database.databaseName(), "SELECT pg_drop_replication_slot('follower')");
        }
    }

    @Test
    void aMigrationThatBeginsDuringTheRestoreKeepsItFromReplacing() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/overtaken");
        PlacedDatabase database = service.createDatabase(id, 20);
        String backup = service.backUp(id).path("id").asString();
        BackupServiceFixture.execute(database, "DELETE FROM orders WHERE id > 7");
        service.storeLink.stall();
        try {
            assertThat(service.post("/api/v1/backups/" + backup + "/restore", REPLACE.formatted(id))
                            .status())
                    .isEqualTo(202);
            service.provisioning.status(id, "migrating");
        } finally {
            service.storeLink.pass();
        }

        JsonNode restore = service.awaitRun(backup, "restore");

        assertThat(restore.path("error").path("code").asString()).isEqualTo("MIGRATION_IN_PROGRESS");
        assertThat(owner(database, "SELECT count(*) FROM orders")).isEqualTo("7");
    }

    @Test
    void whatIsWrittenDuringARestoreIntoAnEmptyDatabaseKeepsItFromReplacing() throws Exception {
        DatabaseId from = DatabaseId.parse("acme/archived");
        DatabaseId into = DatabaseId.parse("acme/awoken");
        service.createDatabase(from, 20);
        PlacedDatabase target = createEmpty(into);
        String backup = service.backUp(from).path("id").asString();
        service.storeLink.stall();
        try {
            beginIntoEmpty(backup, into);
            BackupServiceFixture.execute(target, "CREATE TABLE written AS SELECT 1 AS id");
        } finally {
            service.storeLink.pass();
        }

        JsonNode restore = service.awaitRun(backup, "restore");

        assertThat(restore.path("error").path("code").asString())
                .as(restore.toString())
                .isEqualTo("DATABASE_NOT_EMPTY");
        assertThat(owner(target, "SELECT count(*) FROM written")).isEqualTo("1");
    }

    @Test
    void aRestoreInterruptedByTheServicesEndLeavesTheDatabaseAsItWas() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/halted");
        PlacedDatabase database = service.createDatabase(id, 20);
        String backup = service.backUp(id).path("id").asString();
        BackupServiceFixture.execute(database, "DELETE FROM orders WHERE id > 7");
        service.storeLink.stall();
        service.post("/api/v1/backups/" + backup + "/restore", REPLACE.formatted(id));
        Eventually.await(
                "the scratch database",
                BackupServiceFixture.LONG,
                () -> admin("SELECT count(*) FROM pg_database WHERE datname LIKE 'godwit_restore%'")
                        .equals("1"));
        service.stopService();
        service.storeLink.cutOnce();
        service.storeLink.pass();
        service.startService();

        JsonNode restore = service.awaitRun(backup, "restore");

        assertThat(restore.path("error").path("code").asString()).isEqualTo("INTERRUPTED");
        assertThat(owner(database, "SELECT count(*) FROM orders")).isEqualTo("7");
        assertThat(admin("SELECT count(*) FROM pg_database WHERE datname LIKE 'godwit_restore%'"))
                .isEqualTo("0");
    }

    @Test
    void whatAKilledServiceLeftIsClearedAwayWhenProvisioningAnswersAgain() throws Exception {
        DatabaseId from = DatabaseId.parse("acme/slain");
        DatabaseId into = DatabaseId.parse("acme/heir");
        service.createDatabase(from, 20);
        PlacedDatabase target = createEmpty(into);
        String backup = service.backUp(from).path("id").asString();
        BackupServiceProcess process = service.runAsProcess();
        service.storeLink.stall();
        beginIntoEmpty(backup, into);
        Eventually.await(
                "the scratch database",
                BackupServiceFixture.LONG,
                () -> admin("SELECT count(*) FROM pg_database WHERE datname LIKE 'godwit_restore%'")
                        .equals("1"));
        process.kill();
        service.storeLink.cutOnce();
        service.storeLink.pass();
        BackupServiceFixture.execute(target, "CREATE TABLE written AS SELECT 1 AS id");
        int before = service.provisioning.refused();
        service.provisioning.unavailable(true);
        try {
            service.runHere();
            Eventually.await(
                    "the second attempt",
                    BackupServiceFixture.LONG,
                    () -> service.provisioning.refused() >= before + 2);
        } finally {
            service.provisioning.unavailable(false);
        }

        JsonNode restore = service.awaitRun(backup, "restore");

        assertThat(restore.path("error").path("code").asString()).isEqualTo("INTERRUPTED");
        assertThat(owner(target, "SELECT count(*) FROM written")).isEqualTo("1");
        assertThat(admin("SELECT count(*) FROM pg_database WHERE datname LIKE 'godwit_restore%'"))
                .isEqualTo("0");
    }

    /** @return the run's id */
    private static String beginIntoEmpty(String backup, DatabaseId into) throws Exception {
        String body = "{\"into\":\"%s\",\"confirm\":\"%s\"}".formatted(into.name(), into);
        Answer accepted = service.post("/api/v1/backups/" + backup + "/restore", body);
        assertThat(accepted.status()).as(accepted.toString()).isEqualTo(202);
        return accepted.body().path("id").asString();
    }

    private static RunStatus status(String run) {
        return service.bean(RestoreRunRepository.class)
                .findById(run)
                .orElseThrow()
                .status();
    }

    private static PlacedDatabase createEmpty(DatabaseId id) throws SQLException {
        service.server.dropTenantDatabase(id);
        PlacedDatabase placed = service.server.createTenantDatabase(id);
        service.provisioning.place(id, placed);
        return placed;
    }

    private static String owner(PlacedDatabase database, String query) throws SQLException {
        try (Connection connection = PostgresServer.openOwner(database)) {
            return value(connection, query);
        }
    }

    private static String admin(String query) throws SQLException {
        try (Connection connection = service.server.openAdmin("postgres")) {
            return value(connection, query);
        }
    }

    private static String value(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }
}
