package io.godwit.replication.engine.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.events.AbridgedFindings;
import io.godwit.events.Finding;
import io.godwit.events.Finding.Severity;
import io.godwit.events.MessageJson;
import io.godwit.replication.engine.Inspection;
import io.godwit.testing.Eventually;
import io.godwit.testing.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.PGConnection;

class PostgresInspectorIT {
    private static Shop shop;

    @BeforeAll
    static void openShop() throws Exception {
        shop = new Shop();
    }

    @AfterAll
    static void closeShop() throws Exception {
        shop.close();
    }

    @Test
    void aMovableDatabaseHasNoBlockers() throws Exception {
        Inspection inspection =
                shop.engine.inspect(shop.stream.source(), shop.stream.target().server());

        assertThat(inspection.findings()).noneMatch(finding -> finding.severity() == Severity.BLOCKER);
        assertThat(inspection.findings()).extracting(Finding::code).contains("MATERIALIZED_VIEW", "OTHER_ROLE");
        assertThat(inspection.findings())
                .filteredOn(finding -> finding.code().equals("TABLE_WITHOUT_PRIMARY_KEY"))
                .extracting(Finding::object)
                .containsExactly("public.journal");
        assertThat(inspection.method()).isEqualTo("logical");
        assertThat(inspection.bytes()).isGreaterThan(5_000_000);
        assertThat(inspection.tables()).isEqualTo(11);
    }

    @Test
    void transactionsThatHaveWrittenAreNamedAndThoseOfOthersWithoutTheirNames() throws Exception {
        Shop other = new Shop();
        try (Connection own = PostgresServer.openOwner(shop.stream.source());
                Connection others = PostgresServer.openOwner(other.stream.source());
                Connection reading = PostgresServer.openOwner(shop.stream.source())) {
            own.setClientInfo("ApplicationName", "nightly job");
            for (Connection connection : List.of(own, others, reading)) {
                connection.setAutoCommit(false);
            }
            run(own, "UPDATE public.animals SET name = name");
            run(others, "UPDATE public.animals SET name = name");
            run(reading, "SELECT FROM public.animals");
            Eventually.assertThat(
                    "both are long",
                    Duration.ofSeconds(20),
                    () -> assertThat(longTransactions()).hasSize(2));

            assertThat(longTransactions()).allMatch(finding -> finding.severity() == Severity.WARNING);
            assertThat(longTransactions())
                    .filteredOn(finding -> ("process " + pid(own)).equals(finding.object()))
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.message())
                            .contains(
                                    shop.stream.source().owner().user(),
                                    "nightly job",
                                    shop.stream.source().databaseName(),
                                    " s, "));
            assertThat(longTransactions())
                    .filteredOn(finding -> ("process " + pid(others)).equals(finding.object()))
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.message())
                            .contains("another database", " s, ")
                            .doesNotContain(
                                    other.stream.source().owner().user(),
                                    other.stream.source().databaseName()));
        } finally {
            other.close();
        }
    }

    @Test
    void ofAThousandTablesTheFirstAreNamedAndTheOthersCounted() throws Exception {
        shop.execute(shop.stream.source(), """
                CREATE SCHEMA many; DO $$ BEGIN FOR n IN 1..1000 LOOP
                EXECUTE format('CREATE TABLE many.%I (id int)', 'without_any_key_' || n); END LOOP; END $$""");
        try {
            Inspection inspection = shop.engine.inspect(shop.stream.source(), null);

            assertThat(inspection.findings())
                    .filteredOn(finding -> finding.code().equals("TABLE_WITHOUT_PRIMARY_KEY"))
                    .hasSize(AbridgedFindings.EACH + 1)
                    .last()
                    .satisfies(rest -> assertThat(rest.object()).endsWith(" more"));
            assertThat(inspection.tables()).isEqualTo(1011);
            assertThat(MessageJson.mapper().writeValueAsBytes(inspection.findings()))
                    .hasSizeLessThan(100_000);
        } finally {
            shop.execute(shop.stream.source(), "DROP SCHEMA many CASCADE");
        }
    }

    private static List<Finding> longTransactions() throws InterruptedException {
        return shop.engine.inspect(shop.stream.source(), null).findings().stream()
                .filter(finding -> finding.code().equals("LONG_TRANSACTION"))
                .toList();
    }

    private static int pid(Connection connection) {
        try {
            return connection.unwrap(PGConnection.class).getBackendPID();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @ParameterizedTest(name = "{2}")
    @CsvSource(delimiter = '|', textBlock = """
            SELECT lo_create(4711) | SELECT lo_unlink(4711) | INFO | LARGE_OBJECTS | 1 large objects, 0 bytes
            SELECT count(lo_create(n + 100000)) FROM generate_series(1, 10001) n | SELECT count(lo_unlink(oid)) FROM pg_largeobject_metadata | BLOCKER | LARGE_OBJECTS | 10001 large objects, 0 bytes
            CREATE UNLOGGED TABLE public.fast (id int PRIMARY KEY) | DROP TABLE public.fast | BLOCKER | UNLOGGED_TABLE | public.fast
            CREATE TABLE public."No Key" (id int) | DROP TABLE public."No Key" | WARNING | TABLE_WITHOUT_PRIMARY_KEY | public."No Key"
            CREATE TABLE public.late (id int PRIMARY KEY DEFERRABLE) | DROP TABLE public.late | WARNING | DEFERRABLE_KEY | public.late
            CREATE PUBLICATION own FOR ALL TABLES | DROP PUBLICATION own | INFO | PUBLICATION | own
            CREATE SUBSCRIPTION mine CONNECTION 'host=x' PUBLICATION p WITH (connect = false, slot_name = NONE) | DROP SUBSCRIPTION mine | BLOCKER | SUBSCRIPTION | mine
            CREATE FUNCTION public.et() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER et ON ddl_command_end EXECUTE FUNCTION public.et() | DROP FUNCTION public.et() CASCADE | BLOCKER | EVENT_TRIGGER | et
            CREATE FUNCTION public.tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER twice AFTER INSERT ON public.animals FOR EACH ROW EXECUTE FUNCTION public.tf(); ALTER TABLE public.animals ENABLE ALWAYS TRIGGER twice | DROP FUNCTION public.tf() CASCADE | BLOCKER | TRIGGER_ON_REPLICA | twice on public.animals
            CREATE SCHEMA godwit | DROP SCHEMA godwit | BLOCKER | SCHEMA_NAME_RESERVED | godwit
            CREATE TABLE public.theirs (id int PRIMARY KEY) | DROP TABLE public.theirs | BLOCKER | OWNER_NOT_THE_TENANTS | public.theirs, owned by godwit_admin
            """)
    void aLimitationIsNamed(String make, String remove, Severity severity, String code, String object)
            throws Exception {
        shop.execute(shop.stream.source(), make);
        try {
            Inspection inspection = shop.engine.inspect(shop.stream.source(), null);
            assertThat(inspection.findings()).anySatisfy(finding -> {
                assertThat(finding.severity()).isEqualTo(severity);
                assertThat(finding.code()).isEqualTo(code);
                assertThat(finding.object()).isEqualTo(object);
                assertThat(finding.remedy()).isNotBlank();
            });
        } finally {
            shop.execute(shop.stream.source(), remove);
        }
    }
}
