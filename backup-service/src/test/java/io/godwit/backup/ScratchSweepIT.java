package io.godwit.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.testing.Eventually;
import io.godwit.testing.FaultyLink;
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

class ScratchSweepIT {
    private static BackupServiceFixture service;

    @BeforeAll
    static void start() {
        service = new BackupServiceFixture(Map.of("godwit.backup.sweep", "1s"));
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @Test
    void whatAFailedRunCouldNotRemoveIsRemovedLaterAndWhatAnotherRunUsesStays() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/left");
        DatabaseId other = DatabaseId.parse("acme/in_use");
        PlacedDatabase database = service.createDatabase(id, 20);
        service.createDatabase(other, 20);
        String backup = service.backUp(id).path("id").asString();
        String used = service.backUp(other).path("id").asString();
        try (FaultyLink link = FaultyLink.to(service.server.access().address())) {
            service.provisioning.place(id, link.through(database));
            service.storeLink.stall();
            beginVerification(backup);
            Eventually.await(
                    "the scratch database",
                    BackupServiceFixture.LONG,
                    () -> scratches().size() == 1);
            link.cut();
            service.storeLink.cutOnce();
            service.storeLink.pass();
            JsonNode verification = service.awaitRun(backup, "verification");
            assertThat(verification.path("status").asString())
                    .as(verification.toString())
                    .isEqualTo("failed");
            assertThat(scratches()).as("what was left").hasSize(1);
            service.storeLink.stall();
            String run = beginVerification(used);
            Eventually.await(
                    "the other scratch database",
                    BackupServiceFixture.LONG,
                    () -> scratches().size() == 2);

            link.pass();

            Eventually.await(
                    "the removal of one",
                    BackupServiceFixture.LONG,
                    () -> scratches().size() == 1);
            assertThat(scratches()).containsExactly("godwit_verify_" + run);
        } finally {
            service.storeLink.pass();
        }
        assertThat(service.awaitRun(used, "verification").path("status").asString())
                .isEqualTo("succeeded");
    }

    /** @return the run's id */
    private static String beginVerification(String backup) throws Exception {
        BackupServiceFixture.Answer accepted = service.post("/api/v1/backups/" + backup + "/verify", "");
        assertThat(accepted.status()).as(accepted.toString()).isEqualTo(202);
        return accepted.body().path("id").asString();
    }

    /** The databases of Godwit's own on the server. */
    private static List<String> scratches() throws SQLException {
        List<String> names = new ArrayList<>();
        try (Connection connection = service.server.openAdmin("postgres");
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT datname FROM pg_database WHERE datname LIKE 'godwit%'")) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }
}
