package io.godwit.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.testing.PostgresServer;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A tenant's own code is in his backups, runs when they are made and restored, and must gain nothing from that. */
class PostgresTenantCodeIT {
    /** Each of these calls the trap when rows are written, read or planned for, or when it is made itself. */
    private static final String TRAPS = "CREATE DOMAIN guarded AS integer CHECK (public.trap());"
            + "CREATE FUNCTION keep(guarded, integer) RETURNS guarded LANGUAGE sql AS 'SELECT $1';"
            + "CREATE AGGREGATE kept(integer) (SFUNC = keep, STYPE = guarded, INITCOND = '1');"
            + "CREATE TABLE parted (n guarded) PARTITION BY LIST (n);"
            + "CREATE TABLE parted_one PARTITION OF parted FOR VALUES IN ('1');"
            + "INSERT INTO parted VALUES (1);"
            + "CREATE TABLE checked (id integer PRIMARY KEY, n guarded,"
            + " g boolean GENERATED ALWAYS AS (public.trap()) STORED, CHECK (public.trap()));"
            + "INSERT INTO checked (id, n) VALUES (1, 1), (2, 2);"
            + "CREATE INDEX ON checked ((id + CASE WHEN public.trap() THEN 1 ELSE 0 END));"
            + "CREATE INDEX ON checked (id) WHERE public.trap();"
            + "CREATE TABLE referring (id integer PRIMARY KEY REFERENCES checked);"
            + "INSERT INTO referring VALUES (1);"
            + "CREATE TABLE loose (n integer); INSERT INTO loose VALUES (1);"
            + "CREATE FUNCTION said(loose) RETURNS text LANGUAGE plpgsql AS"
            + " 'BEGIN PERFORM public.trap(); RETURN ''row''; END';"
            + "CREATE CAST (loose AS text) WITH FUNCTION said(loose);"
            + "CREATE MATERIALIZED VIEW seen AS SELECT id, public.trap() FROM referring;"
            + "ALTER TABLE checked ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;"
            + "CREATE POLICY nobody ON checked USING (public.trap() AND false)";

    private static BackupServiceFixture service;

    @BeforeAll
    static void start() {
        service = new BackupServiceFixture(Map.of());
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @AfterEach
    void nobodyGained() throws SQLException {
        assertThat(admin("SELECT rolname FROM pg_roles WHERE rolsuper"))
                .as("superusers")
                .hasSize(1);
        assertThat(admin("SELECT rolname FROM pg_roles WHERE rolname ~ '_deputy'"))
                .as("what stays on the server")
                .isEmpty();
    }

    @Test
    void aBackupIsMadeAndRestoredWithTheTenantsRights() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/trapped");
        PlacedDatabase database = service.createDatabase(id, 10);
        setTraps(database);
        String backup = service.backUp(id).path("id").asString();
        nobodyGained();
        BackupServiceFixture.execute(database, "DROP TABLE referring, parted CASCADE");

        JsonNode restore = service.restore(backup, "{\"confirm\":\"acme/trapped\",\"replace\":true}");

        assertThat(restore.path("status").asString()).as(restore.toString()).isEqualTo("succeeded");
        assertThat(rows(database, "SELECT id FROM referring")).containsExactly("1");
        assertThat(rows(database, "SELECT n FROM parted")).containsExactly("1");
        assertThat(rows(database, "SELECT id FROM seen")).containsExactly("1");
        assertThat(
                        rows(
                                database,
                                "SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class WHERE relnamespace = 'public'::regnamespace"))
                .containsExactly("trapped__acme");
    }

    @Test
    void aBackupIsVerifiedWithTheTenantsRights() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/proven");
        setTraps(service.createDatabase(id, 10));
        String backup = service.backUp(id).path("id").asString();

        assertThat(service.verify(backup).path("status").asString()).isEqualTo("succeeded");
    }

    @Test
    void whatBecomesAnothersIsMadeWithHisRights() throws Exception {
        DatabaseId from = DatabaseId.parse("acme/given");
        DatabaseId into = DatabaseId.parse("acme/taken");
        setTraps(service.createDatabase(from, 10));
        service.server.dropTenantDatabase(into);
        PlacedDatabase target = service.server.createTenantDatabase(into);
        service.provisioning.place(into, target);
        String backup = service.backUp(from).path("id").asString();

        JsonNode restore = service.restore(backup, "{\"into\":\"taken\",\"confirm\":\"acme/taken\"}");

        assertThat(restore.path("status").asString()).as(restore.toString()).isEqualTo("succeeded");
        assertThat(rows(target, "SELECT id FROM referring")).containsExactly("1");
        assertThat(rows(target, "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'"))
                .containsExactly("taken__acme");
    }

    @Test
    void whatOthersOwnIsTheirsAfterwards() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/mixed");
        service.createDatabase(id, 10);
        String database = "mixed__acme";
        service.server.execute(
                database,
                "DROP ROLE IF EXISTS \"the äpp\"",
                "DROP ROLE IF EXISTS maker",
                "CREATE ROLE \"the äpp\"",
                "CREATE ROLE maker CREATEDB",
                "CREATE SCHEMA theirs",
                "SET ROLE maker",
                "RESET ROLE",
                "GRANT USAGE, CREATE ON SCHEMA public TO maker, \"the äpp\"",
                "SET ROLE maker",
                "CREATE FUNCTION public.more() RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS"
                        + " 'BEGIN RESET ROLE; ALTER ROLE maker SUPERUSER; RETURN true;"
                        + " EXCEPTION WHEN OTHERS THEN RETURN true; END'",
                "CREATE TABLE made (id integer PRIMARY KEY, CHECK (public.more()))",
                "RESET ROLE",
                "INSERT INTO made SELECT 1 WHERE false",
                "SET ROLE \"the äpp\"",
                "CREATE TABLE apps (id integer PRIMARY KEY)",
                "INSERT INTO apps VALUES (7)",
                "RESET ROLE",
                "REVOKE CREATE ON SCHEMA public FROM maker, \"the äpp\"",
                "CREATE TABLE theirs.mine (id integer PRIMARY KEY)",
                "INSERT INTO theirs.mine VALUES (3)",
                "CREATE FUNCTION theirs.c(internal) RETURNS internal LANGUAGE internal AS 'generate_series_int4_support'",
                "CREATE CAST (xml AS point) WITH INOUT AS ASSIGNMENT");
        String backup = service.backUp(id).path("id").asString();

        JsonNode restore = service.restore(backup, "{\"confirm\":\"acme/mixed\",\"replace\":true}");

        assertThat(restore.path("status").asString()).as(restore.toString()).isEqualTo("succeeded");
        assertThat(inside(
                        database,
                        "SELECT tablename || ' ' || tableowner FROM pg_tables WHERE tablename IN"
                                + " ('made', 'apps', 'mine') ORDER BY 1"))
                .containsExactly(
                        "apps the äpp",
                        "made maker",
                        "mine " + service.server.access().admin().user());
        assertThat(inside(database, "SELECT id FROM apps UNION ALL SELECT id FROM theirs.mine"))
                .containsExactly("7", "3");
        assertThat(inside(database, "SELECT has_schema_privilege('maker', 'public', 'CREATE')"))
                .containsExactly("f");
        assertThat(inside(database, "SELECT count(*) FROM pg_proc WHERE proname = 'c'"))
                .containsExactly("1");
    }

    private static void setTraps(PlacedDatabase database) throws Exception {
        try (InputStream script = Objects.requireNonNull(PostgresServer.class.getResourceAsStream("/trap.sql"))) {
            BackupServiceFixture.execute(database, new String(script.readAllBytes(), StandardCharsets.UTF_8), TRAPS);
        }
    }

    private static List<String> rows(PlacedDatabase database, String query) throws SQLException {
        try (Connection connection = PostgresServer.openOwner(database)) {
            return values(connection, query);
        }
    }

    private static List<String> admin(String query) throws SQLException {
        return inside("postgres", query);
    }

    private static List<String> inside(String database, String query) throws SQLException {
        try (Connection connection = service.server.openAdmin(database)) {
            return values(connection, query);
        }
    }

    private static List<String> values(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        }
    }
}
