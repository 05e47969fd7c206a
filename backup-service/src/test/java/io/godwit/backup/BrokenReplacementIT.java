package io.godwit.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.backup.BackupServiceFixture.Answer;
import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.testing.Eventually;
import io.godwit.testing.FaultyLink;
import io.godwit.testing.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The connection to a server breaks while a database is closed for its replacement; the service lives on. */
class BrokenReplacementIT {
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
    void aReplacementThatBreaksOffIsUndoneWhenTheServerAnswersAgain() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/cut_loose");
        PlacedDatabase database = service.createDatabase(id, 20);
        String backup = service.backUp(id).path("id").asString();
        BackupServiceFixture.execute(database, "DELETE FROM orders WHERE id > 7");
        try (FaultyLink link = FaultyLink.to(service.server.access().address())) {
            breakOff(link, id, database, backup);
            link.pass();

            JsonNode restore = service.awaitRun(backup, "restore");

            assertThat(restore.path("error").path("code").asString())
                    .as(restore.toString())
                    .isEqualTo("INTERRUPTED");
        }
        assertThat(owner(database, "SELECT count(*) FROM orders")).isEqualTo("7");
        assertThat(scratches()).isEqualTo("0");
    }

    @Test
    void aReplacementOfWhichNobodyHeardThatItHappenedHasSucceeded() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/unheard");
        PlacedDatabase database = service.createDatabase(id, 20);
        String backup = service.backUp(id).path("id").asString();
        BackupServiceFixture.execute(database, "DELETE FROM orders WHERE id > 7");
        try (FaultyLink link = FaultyLink.to(service.server.access().address())) {
            breakOff(link, id, database, backup);
            // As the server would have, had the connection broken an instant later.
            String scratch = admin("SELECT datname FROM pg_database WHERE datname LIKE 'godwit_restore%'");
            service.server.execute(
                    "postgres",
                    "ALTER DATABASE unheard__acme RENAME TO " + scratch + "_replaced",
                    "ALTER DATABASE " + scratch + " RENAME TO unheard__acme");
            link.pass();

            JsonNode restore = service.awaitRun(backup, "restore");

            assertThat(restore.path("status").asString()).as(restore.toString()).isEqualTo("succeeded");
        }
        assertThat(owner(database, "SELECT count(*) FROM orders")).isEqualTo("20");
        assertThat(scratches()).isEqualTo("0");
    }

    /** Returns with the database closed, its replacement given up by the server, and the link cut. */
    private static void breakOff(FaultyLink link, DatabaseId id, PlacedDatabase database, String backup)
            throws Exception {
        service.provisioning.place(id, link.through(database));
        try (Connection locker = service.server.openAdmin("postgres");
                Statement statement = locker.createStatement()) {
            locker.setAutoCommit(false);
            // Nobody can rename it meanwhile.
            statement.execute("COMMENT ON DATABASE " + database.databaseName() + " IS 'held'");
            Answer accepted = service.post(
                    "/api/v1/backups/" + backup + "/restore", "{\"confirm\":\"" + id + "\",\"replace\":true}");
            assertThat(accepted.status()).as(accepted.toString()).isEqualTo(202);
            Eventually.await(
                    "the replacement to wait for the lock",
                    BackupServiceFixture.LONG,
                    () -> admin("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'ALTER DATABASE%RENAME%'"
                                    + " AND wait_event_type = 'Lock'")
                            .equals("1"));
            link.cut();
            service.server.execute(
                    "postgres",
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'ALTER DATABASE%RENAME%'"
                            + " AND pid <> pg_backend_pid()");
            locker.rollback();
        }
        assertThat(admin("SELECT datallowconn FROM pg_database WHERE datname = '" + database.databaseName() + "'"))
                .as("whether the database is open")
                .isEqualTo("f");
    }

    /** How many databases of Godwit's own there are on the server. */
    private static String scratches() throws SQLException {
        return admin("SELECT count(*) FROM pg_database WHERE datname LIKE 'godwit%'");
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
