package io.godwit.replication.engine.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.engines.PlacedDatabase;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.ClientHold;
import io.godwit.replication.engine.ConvergenceGoal;
import io.godwit.replication.engine.ReplicationException;
import io.godwit.testing.Eventually;
import io.godwit.testing.PostgresServer;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A tenant's own code runs during a move, on both servers, and must gain nothing from that. */
class PostgresTenantCodeIT {
    private static final ConvergenceGoal GOAL = new ConvergenceGoal(Duration.ofMillis(500), 3);
    private static final Duration SOON = Duration.ofSeconds(20);

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
        try (InputStream script = Objects.requireNonNull(Shop.class.getResourceAsStream("/trap.sql"))) {
            asOwner(source, new String(script.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @AfterEach
    void closeShop() throws Exception {
        shop.close();
    }

    @Test
    void theCopyEvaluatesConstraintsWithTheTenantsRights() throws Exception {
        asOwner(
                source,
                "CREATE DOMAIN guarded AS integer CHECK (public.trap());"
                        + "CREATE TABLE checked (id integer PRIMARY KEY, n guarded,"
                        + " g boolean GENERATED ALWAYS AS (public.trap()) STORED, CHECK (public.trap()));"
                        + "INSERT INTO checked (id, n) VALUES (1, 1), (2, 2)");

        shop.engine.copy(stream, _ -> {});

        assertNobodyGained();
        assertThat(shop.query(target, "SELECT id FROM checked ORDER BY 1")).containsExactly("1", "2");
    }

    @Test
    void theSourceIsReadWithTheTenantsRights() throws Exception {
        // Constant parts of an index are computed by whoever plans a query of the table.
        asOwner(
                source,
                "CREATE TABLE indexed (id integer PRIMARY KEY); INSERT INTO indexed VALUES (1);"
                        + "CREATE INDEX ON indexed (id) WHERE public.trap()");

        shop.engine.copy(stream, _ -> {});

        assertNobodyGained();
        assertThat(shop.query(target, "SELECT count(*) FROM pg_index WHERE indrelid = 'indexed'::regclass"))
                .containsExactly("2");
    }

    @Test
    void rowsAreComparedWithTheTenantsRights() throws Exception {
        asOwner(
                source,
                "CREATE TYPE size AS ENUM ('small', 'large');"
                        + "CREATE FUNCTION said(size) RETURNS text LANGUAGE plpgsql AS"
                        + " 'BEGIN PERFORM public.trap(); RETURN ''large''; END';"
                        + "CREATE CAST (size AS text) WITH FUNCTION said(size);"
                        + "CREATE TABLE sized (size size PRIMARY KEY); INSERT INTO sized VALUES ('large');"
                        + "CREATE FUNCTION said(sized) RETURNS text LANGUAGE plpgsql AS"
                        + " 'BEGIN PERFORM public.trap(); RETURN ''row''; END';"
                        + "CREATE CAST (sized AS text) WITH FUNCTION said(sized);"
                        + "CREATE TABLE loose (n integer); INSERT INTO loose VALUES (1);"
                        + "CREATE FUNCTION said(loose) RETURNS text LANGUAGE plpgsql AS"
                        + " 'BEGIN PERFORM public.trap(); RETURN ''row''; END';"
                        + "CREATE CAST (loose AS text) WITH FUNCTION said(loose)");
        follow();

        shop.engine.verify(stream);

        assertNobodyGained();
    }

    @Test
    void theSchemaIsMadeWithTheTenantsRights() throws Exception {
        asOwner(
                source,
                "CREATE DOMAIN guarded AS integer CHECK (public.trap());"
                        + "CREATE FUNCTION keep(guarded, integer) RETURNS guarded LANGUAGE sql AS 'SELECT $1';"
                        + "CREATE AGGREGATE kept(integer) (SFUNC = keep, STYPE = guarded, INITCOND = '1');"
                        + "CREATE TABLE parted (n guarded) PARTITION BY LIST (n);"
                        + "CREATE TABLE parted_one PARTITION OF parted FOR VALUES IN ('1');"
                        + "INSERT INTO parted VALUES (1)");

        shop.engine.copy(stream, _ -> {});

        assertNobodyGained();
        assertThat(shop.query(target, "SELECT n FROM ONLY parted_one")).containsExactly("1");
        assertThat(shop.query(target, "SELECT pg_get_userbyid(proowner) FROM pg_proc WHERE proname = 'kept'"))
                .containsExactly(target.owner().user());
    }

    @Test
    void constraintsAreValidatedWithTheTenantsRights() throws Exception {
        asOwner(
                source,
                "CREATE TABLE first (id integer PRIMARY KEY); INSERT INTO first VALUES (1);"
                        + "CREATE INDEX ON first ((id + CASE WHEN public.trap() THEN 1 ELSE 0 END));"
                        + "CREATE TABLE second (id integer PRIMARY KEY REFERENCES first);"
                        + "INSERT INTO second VALUES (1)");

        shop.engine.copy(stream, _ -> {});

        assertNobodyGained();
        assertThat(shop.query(target, "SELECT convalidated FROM pg_constraint WHERE conname = 'second_id_fkey'"))
                .containsExactly("t");
    }

    @Test
    void theStreamAppliesRowsWithTheTenantsRightsBothWays() throws Exception {
        follow();
        asOwner(source, "CREATE TABLE checked (id integer PRIMARY KEY, CHECK (public.trap()))");
        asOwner(source, "ALTER TABLE checked ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY");
        asOwner(source, "CREATE POLICY everybody ON checked USING (public.trap())");
        asOwner(source, "INSERT INTO checked VALUES (1)");
        awaitRows(target, "1");
        assertNobodyGained();

        shop.engine.flush(stream, shop.engine.fence(stream.migrationId(), source, ClientHold.UNLIMITED));
        shop.engine.reverse(stream);
        asOwner(target, "INSERT INTO checked VALUES (2)");
        awaitRows(source, "1", "2");
        asOwner(target, "TRUNCATE checked");
        awaitRows(source);
        assertNobodyGained();
    }

    @Test
    void aNoteForAnotherRoleIsNotRepeated() throws Exception {
        // Whoever applies rows can write notes, and so can the tenant's code that is called by that.
        asOwner(
                source,
                "CREATE FUNCTION forge() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN"
                        + " INSERT INTO godwit.ddl (tag, role, statement, settings, tables, rewrote) VALUES ('ALTER ROLE', '"
                        + target.server().admin().user()
                        + "', 'ALTER ROLE \"" + target.owner().user() + "\" SUPERUSER', '{}', '{}', false);"
                        + " RETURN true; EXCEPTION WHEN OTHERS THEN RETURN true; END $$;"
                        + "CREATE TABLE forged (id integer PRIMARY KEY, CHECK (public.forge()))");
        follow();

        asOwner(source, "INSERT INTO forged VALUES (1)");

        Eventually.assertThat(
                "the row is there",
                SOON,
                () -> assertThat(shop.query(target, "SELECT id FROM forged")).containsExactly("1"));
        assertNobodyGained();
    }

    @Test
    void aChangeOfTheSchemaIsNotedWithTheTenantsRights() throws Exception {
        asOwner(
                source,
                "CREATE TABLE indexed (id integer PRIMARY KEY); INSERT INTO indexed VALUES (1);"
                        + "CREATE INDEX ON indexed (id) WHERE public.trap()");
        follow();

        asOwner(source, "ALTER TABLE indexed ADD COLUMN more integer DEFAULT 7");

        Eventually.assertThat(
                "the column is there",
                SOON,
                // A query of the table as administrator would be such a trap itself.
                () -> assertThat(shop.query(target, "SELECT attname FROM pg_attribute WHERE attname = 'more'"))
                        .hasSize(1));
        assertNobodyGained();
    }

    @Test
    void aSettingOfTheDatabaseIsCarriedAsAValueAndNotAsAStatement() throws Exception {
        String value = "a;ALTER/**/ROLE/**/" + target.owner().user() + "/**/SUPERUSER";
        asOwner(
                source,
                "SELECT set_config('search_path', '" + value + "', false);" + "ALTER DATABASE " + source.databaseName()
                        + " SET search_path FROM CURRENT");

        shop.engine.copy(stream, _ -> {});

        assertNobodyGained();
        assertThat(shop.query(
                        target,
                        "SELECT unnest(setconfig) FROM pg_db_role_setting WHERE setdatabase ="
                                + " (SELECT oid FROM pg_database WHERE datname = current_database())"))
                .contains("search_path=" + value);
    }

    @Test
    void aTableOfASuperuserIsNotMoved() throws Exception {
        shop.execute(source, "CREATE TABLE public.theirs (id integer PRIMARY KEY)");

        assertThatThrownBy(() -> shop.engine.copy(stream, _ -> {}))
                .isInstanceOfSatisfying(ReplicationException.class, e -> {
                    assertThat(e.failure().code()).isEqualTo("OWNER_NOT_THE_TENANTS");
                    assertThat(e.failure().message()).contains("public.theirs");
                });
    }

    @Test
    void whatSeveralRolesOwnIsTheirsOnTheTarget() throws Exception {
        String other = shop.reader();
        shop.execute(
                source, "GRANT CREATE ON SCHEMA public TO " + other + "; CREATE SCHEMA theirs AUTHORIZATION " + other);
        shop.execute(
                source,
                "SET ROLE " + other + "; CREATE TABLE public.ours (id integer PRIMARY KEY, CHECK (id > 0));"
                        + "CREATE TABLE theirs.secret (id integer PRIMARY KEY); INSERT INTO theirs.secret VALUES (5);"
                        + "CREATE STATISTICS theirs.stats ON id, (id + 1) FROM theirs.secret;"
                        + "INSERT INTO public.ours VALUES (1); RESET ROLE;"
                        + "REVOKE CREATE ON SCHEMA public FROM " + other);
        follow();
        shop.execute(source, "SET ROLE " + other + "; INSERT INTO public.ours VALUES (2)");
        shop.engine.verify(stream);
        shop.engine.flush(stream, shop.engine.fence(stream.migrationId(), source, ClientHold.UNLIMITED));

        assertNobodyGained();
        assertThat(shop.query(target, "SELECT id FROM public.ours ORDER BY 1")).containsExactly("1", "2");
        assertThat(shop.query(target, "SELECT tableowner FROM pg_tables WHERE tablename IN ('ours', 'secret')"))
                .containsOnly(other)
                .hasSize(2);
        assertThat(shop.query(target, "SELECT has_schema_privilege('" + other + "', 'public', 'CREATE')"))
                .containsExactly("f");
    }

    private void follow() throws InterruptedException {
        shop.engine.copy(stream, _ -> {});
        shop.engine.awaitConvergence(stream, GOAL, _ -> {});
    }

    private void awaitRows(PlacedDatabase database, String... ids) throws InterruptedException {
        Eventually.assertThat(
                "the rows are there",
                SOON,
                () -> assertThat(shop.query(database, "SELECT id FROM checked ORDER BY 1"))
                        .containsExactly(ids));
    }

    private void assertNobodyGained() throws SQLException {
        for (PlacedDatabase database : List.of(source, target)) {
            assertThat(shop.query(
                            database,
                            "SELECT rolname FROM pg_roles WHERE rolsuper AND rolname <> '"
                                    + database.server().admin().user() + "'"))
                    .as("superusers on %s", database.server().serverId())
                    .isEmpty();
        }
    }

    private static void asOwner(PlacedDatabase database, String sql) throws SQLException {
        try (Connection owner = PostgresServer.openOwner(database);
                Statement statement = owner.createStatement()) {
            statement.execute(sql);
        }
    }
}
