package io.godwit.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.DatabaseId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A restore that never ends by itself. */
class EndlessRestoreIT {
    private static BackupServiceFixture service;

    @BeforeAll
    static void start() {
        service = new BackupServiceFixture(
                Map.of("godwit.postgresql.longest-run", "15s", "godwit.backup.concurrency", "1"));
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @Test
    void tenantsCodeThatNeverEndsHoldsNoRestoreUpForEver() throws Exception {
        DatabaseId endless = DatabaseId.parse("acme/endless");
        DatabaseId other = DatabaseId.parse("acme/after_it");
        // More rows than fit into what lies between the archive and the server: who feeds them is held up as well.
        BackupServiceFixture.execute(
                service.createDatabase(endless, 10),
                "CREATE FUNCTION quick_only_here() RETURNS boolean LANGUAGE plpgsql AS"
                        + " 'BEGIN IF starts_with(current_database(), ''godwit_'') THEN PERFORM pg_sleep(600); END IF;"
                        + " RETURN true; END'",
                "CREATE TABLE wide (id integer, noise text, CHECK (public.quick_only_here()))",
                "INSERT INTO wide SELECT n, (SELECT string_agg(encode(sha256((n * 100 + k)::text::bytea), 'hex'), '')"
                        + " FROM generate_series(1, 16) k) FROM generate_series(1, 20000) n");
        service.createDatabase(other, 10);
        String backup = service.backUp(endless).path("id").asString();
        String next = service.backUp(other).path("id").asString();

        JsonNode verification = service.verify(backup);

        assertThat(verification.path("status").asString()).isEqualTo("failed");
        assertThat(verification.path("error").path("code").asString())
                .as(verification.toString())
                .isEqualTo("RESTORE_TIMED_OUT");
        assertThat(service.verify(next).path("status").asString()).isEqualTo("succeeded");
        assertThat(admin("SELECT count(*) FROM pg_database WHERE datname LIKE 'godwit_verify%'"))
                .isEqualTo("0");
        assertThat(admin("SELECT count(*) FROM pg_roles WHERE rolname ~ '_deputy'"))
                .isEqualTo("0");
    }

    private static String admin(String query) throws SQLException {
        try (Connection connection = service.server.openAdmin("postgres");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }
}
