package io.godwit.replication.engine.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.engines.PlacedDatabase;
import io.godwit.events.Failure;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.ClientHold;
import io.godwit.replication.engine.ConvergenceGoal;
import io.godwit.replication.engine.ReplicationException;
import io.godwit.testing.Eventually;
import io.godwit.testing.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresDdlDuringMoveIT {
    private static final ConvergenceGoal GOAL = new ConvergenceGoal(Duration.ofMillis(500), 3);
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    private Path scratch = Path.of("");

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
        SchemaChanger.makeTables(source);
    }

    @AfterEach
    void closeShop() throws Exception {
        shop.close();
    }

    @Test
    void aSchemaThatChangesAllTheTimeArrivesAsItIsWithEveryRow() throws Exception {
        Writers writers = new Writers(source, 1, 2);
        SchemaChanger changer = SchemaChanger.start(source, shop.reader());
        shop.engine.copy(stream, _ -> {});
        int duringCopy = changer.done();
        shop.engine.awaitConvergence(stream, GOAL, _ -> {});
        Eventually.await(
                "a round and a half of changes", Duration.ofSeconds(60), () -> changer.done() > duringCopy + 40);
        shop.engine.verify(stream);
        assertThat(writers.anyRuns()).isTrue();

        shop.engine.handOver(stream, true, ClientHold.UNLIMITED);
        writers.awaitEnd();
        changer.awaitEnd();

        assertThat(changer.surprises()).isEmpty();
        assertThat(shop.query(target, "SELECT relname FROM pg_class WHERE relname = 'kept1'"))
                .hasSize(1);
        assertThat(schema(target)).isEqualTo(schema(source));
        assertThat(shop.contents(target)).isEqualTo(shop.contents(source));
        assertThat(writers.acknowledged()).allMatch(last -> last > 10);

        assertThat(shop.engine.stopReverse(stream)).isEmpty();
        assertThat(shop.engine.stop(stream)).isEmpty();
        assertThat(shop.traces(source)).isEmpty();
        assertThat(shop.traces(target)).isEmpty();
        asOwner(target, "CREATE TABLE after_it_all (id integer)");
    }

    @Test
    void theOldHomeFollowsAChangedSchemaAndCanBecomeHomeAgain() throws Exception {
        copyAndVerify();
        shop.engine.handOver(stream, true, ClientHold.UNLIMITED);
        asOwner(
                target,
                "ALTER TABLE t1 ADD COLUMN since text DEFAULT 'the move'",
                "CREATE TABLE new_there (id integer PRIMARY KEY)",
                "INSERT INTO new_there VALUES (1)",
                "INSERT INTO t1 VALUES (1000, 'new', 1, 'yesterday')");

        shop.engine.handOver(stream.reversed(), false, ClientHold.UNLIMITED);

        assertThat(schema(source)).isEqualTo(schema(target));
        assertThat(shop.contents(source)).isEqualTo(shop.contents(target));
        assertThat(shop.query(source, "SELECT since FROM t1 WHERE id = 1000")).containsExactly("yesterday");
        assertThat(shop.query(source, "SELECT id FROM new_there")).containsExactly("1");
    }

    @Test
    void whatCantBeRepeatedIsNamedAndANewCopyHasIt() throws Exception {
        copyAndVerify();
        asOwner(source, "DO 'BEGIN CREATE TABLE hidden (id integer); END'");

        assertNotCarried("CREATE TABLE of public.hidden", Failure.Kind.TRANSIENT);
        shop.engine.stop(stream);
        copyAndVerify();
        asOwner(source, "CREATE TABLE chosen AS SELECT 1 AS one");
        assertNotCarried("CREATE TABLE AS of public.chosen", Failure.Kind.TRANSIENT);
        shop.engine.stop(stream);
        copyAndVerify();
        asOwner(source, "ALTER TABLE measurements ADD COLUMN made timestamptz DEFAULT now()");
        assertNotCarried("ALTER TABLE of public.measurements_2025", Failure.Kind.TRANSIENT);
        shop.engine.stop(stream);
        copyAndVerify();

        shop.engine.handOver(stream, true, ClientHold.UNLIMITED);
        assertThat(schema(target)).isEqualTo(schema(source));
        assertThat(shop.contents(target)).isEqualTo(shop.contents(source));
    }

    @Test
    void aChangeThatTheTargetRefusesIsNamed() throws Exception {
        copyAndVerify();
        shop.execute(target, "CREATE TABLE public.in_the_way (id integer)");
        asOwner(source, "CREATE TABLE in_the_way (id integer)");

        assertNotCarried("relation \"in_the_way\" already exists", Failure.Kind.TRANSIENT);
    }

    @Test
    void aChangeInTheWindowThatCantBeRepeatedLeavesTheDatabaseWhereItIs() throws Exception {
        copyAndVerify();
        shop.engine.handOver(stream, true, ClientHold.UNLIMITED);
        asOwner(target, "CREATE TABLE chosen AS SELECT 1 AS one");

        assertThatThrownBy(() -> shop.engine.handOver(stream.reversed(), false, ClientHold.UNLIMITED))
                .isInstanceOfSatisfying(ReplicationException.class, e -> {
                    assertThat(e.failure().code()).isEqualTo("DDL_NOT_CARRIED");
                    assertThat(e.failure().kind()).isEqualTo(Failure.Kind.CONFLICT);
                });
    }

    @Test
    void aStatementIsRepeatedWithItsClientsRightsOnly() throws Exception {
        asOwner(source, """
                CREATE FUNCTION climb() RETURNS boolean LANGUAGE plpgsql AS $$
                BEGIN
                    RESET ROLE;
                    EXECUTE 'ALTER ROLE ' || quote_ident(current_database()) || ' CREATEROLE';
                    RETURN true;
                EXCEPTION WHEN insufficient_privilege OR invalid_parameter_value THEN
                    RETURN true;
                END $$""");
        copyAndVerify();
        asOwner(source, "ALTER TABLE t1 ADD CHECK (climb())");

        shop.engine.awaitConvergence(stream, GOAL, _ -> {});

        assertThat(schema(target)).isEqualTo(schema(source));
        assertThat(shop.query(target, "SELECT rolcreaterole FROM pg_roles WHERE rolname = current_database()"))
                .containsExactly("f");
    }

    private void assertNotCarried(String what, Failure.Kind kind) throws InterruptedException {
        Eventually.assertThat(
                "the change has been seen",
                SOON,
                () -> assertThatThrownBy(() -> shop.engine.awaitConvergence(stream, GOAL, _ -> {}))
                        .isInstanceOfSatisfying(ReplicationException.class, e -> {
                            assertThat(e.failure().code()).isEqualTo("DDL_NOT_CARRIED");
                            assertThat(e.failure().kind()).isEqualTo(kind);
                            assertThat(e.failure().message()).contains(what);
                        }));
    }

    private static void asOwner(PlacedDatabase database, String... statements) throws SQLException {
        try (Connection owner = PostgresServer.openOwner(database);
                Statement statement = owner.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** The schema as PostgreSQL's own program writes it. */
    private List<String> schema(PlacedDatabase database) throws IOException, InterruptedException {
        Path file = Files.createTempFile(scratch, "schema", ".sql");
        new PostgresTools(PostgresServer.connections(), PostgresServer.binDirectory())
                .run(
                        "test",
                        database,
                        "pg_dump",
                        List.of(
                                "--schema-only",
                                "--file=" + file,
                                "--exclude-schema=" + PostgresNames.SCHEMA,
                                "--no-publications",
                                "--no-subscriptions"));
        try (var lines = Files.lines(file)) {
            return lines.filter(line -> !line.startsWith("\\")).toList();
        }
    }

    private void copyAndVerify() throws InterruptedException {
        shop.engine.copy(stream, _ -> {});
        shop.engine.awaitConvergence(stream, GOAL, _ -> {});
        shop.engine.verify(stream);
    }
}
