package io.godwit.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.cli.api.ApiPaths;
import io.godwit.cli.migrations.MigrationView;
import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.Tier;
import io.godwit.launcher.demo.check.HistoryCheck;
import io.godwit.launcher.demo.check.LedgerReader;
import io.godwit.launcher.demo.check.Verdict;
import io.godwit.launcher.demo.engine.DemoEngine;
import io.godwit.launcher.demo.load.DatabaseConnection;
import io.godwit.launcher.demo.load.Load;
import io.godwit.testing.Eventually;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Moves from a dedicated server to another, which begins as a standby of the whole old one and takes over from it. */
@ExtendWith(E2ePlatformExtension.class)
class PhysicalMoveE2eIT {
    private static final long ROWS = 20_000;
    private static final int CLIENTS = 8;
    private static final int SOME = 30;
    private static final String OBJECT_BYTES =
            "SELECT coalesce(sum(length(lo_get(oid))), 0) FROM pg_largeobject_metadata";
    private static final Duration PROMISED_PAUSE = Duration.ofSeconds(2);
    private static final Duration TURNED_WITHIN = Duration.ofMinutes(1);
    private static final Duration ENDED_WITHIN = Duration.ofMinutes(2);

    private final E2ePlatform platform;
    private final DemoEngine engine = DemoEngines.of(E2ePlatform.engine());
    private final DatabaseId id = E2ePlatform.freshDatabase();

    @TempDir
    private Path folder;

    PhysicalMoveE2eIT(E2ePlatform platform) {
        this.platform = platform;
    }

    @Test
    void aDatabaseMovesWithItsWholeServerAndNoClientNotices() throws Exception {
        DatabaseConnection database = filled();
        PlacedDatabase source = platform.placement(id);
        Load load = new Load(engine.openSessions(database, CLIENTS), folder);
        MigrationView moved;
        try (load) {
            load.awaitEach(SOME);
            moved = move();
            load.awaitEach(SOME);
            platform.api().complete(moved.id());
            load.awaitEach(SOME);
        }

        assertThat(platform.serverOf(id)).isNotEqualTo(source.server().serverId());
        assertThat((Long) moved.json().path("pauseMs").asLong()).isNotNull().isLessThan(PROMISED_PAUSE.toMillis());
        assertThat(load.meter().errors()).isEmpty();
        assertThat(check(database, load.journals())).isEqualTo(new Verdict(0, 0, 0, List.of()));
        assertThat(platform.processesIn(platform.serverFolder(source.server().serverId())))
                .isEmpty();
        assertThat(slots(platform.placement(id))).isZero();
    }

    @Test
    void aRollbackOfSuchAMoveKeepsTheWritesMadeSince() throws Exception {
        DatabaseConnection database = filled();
        PlacedDatabase source = platform.placement(id);
        Load load = new Load(engine.openSessions(database, CLIENTS), folder);
        try (load) {
            load.awaitEach(SOME);
            String migration = move().id();
            Eventually.await("the old server follows the new one", TURNED_WITHIN, () -> follows(source));
            load.awaitEach(SOME);
            rollBack(migration);
            load.awaitEach(SOME);
        }

        assertThat(platform.serverOf(id)).isEqualTo(source.server().serverId());
        assertThat(load.meter().errors()).isEmpty();
        assertThat(check(database, load.journals())).isEqualTo(new Verdict(0, 0, 0, List.of()));
    }

    @Test
    void whatAStreamOfRowsDoesNotCarryComesAlongAndBack() throws Exception {
        DatabaseConnection database = platform.api().create(id, engine.id(), Tier.DEDICATED);
        engine.awaitReachable(database, Duration.ofSeconds(30));
        try (Connection client = open(database)) {
            run(
                    client,
                    "SELECT lo_from_bytea(0, convert_to(repeat('large', 200000), 'UTF8')) FROM generate_series(1, 40);"
                            + " CREATE SEQUENCE numbers; SELECT nextval('numbers') FROM generate_series(1, 100)");
            String migration = move().id();
            assertThat(number(client, OBJECT_BYTES)).isEqualTo(40_000_000);
            run(client, "DO $$ BEGIN CREATE TABLE hidden AS SELECT nextval('numbers') AS n; END $$");

            rollBack(migration);

            assertThat(number(client, OBJECT_BYTES)).isEqualTo(40_000_000);
            assertThat(number(client, "SELECT n FROM hidden")).isEqualTo(101);
            assertThat(number(client, "SELECT nextval('numbers')")).isGreaterThan(101);
        }
    }

    private void rollBack(String migration) throws InterruptedException {
        platform.client().post(ApiPaths.migration(migration) + "/rollback", JsonNodeFactory.instance.objectNode());
        Eventually.await(
                "the rollback",
                ENDED_WITHIN,
                () -> platform.api().show(migration).status().equals("rolled_back"));
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    @Test
    void aSessionThatListensHearsEverythingThatIsSentAcrossTheMove() throws Exception {
        DatabaseConnection database = platform.api().create(id, engine.id(), Tier.DEDICATED);
        engine.awaitReachable(database, Duration.ofSeconds(30));
        AtomicInteger sent = new AtomicInteger();
        List<String> heard = new ArrayList<>();
        try (Connection listening = open(database);
                Connection sending = open(database)) {
            run(listening, "LISTEN news");
            try (ScheduledExecutorService sender = Executors.newSingleThreadScheduledExecutor()) {
                ScheduledFuture<?> news =
                        sender.scheduleAtFixedRate(() -> send(sending, sent), 0, 3, TimeUnit.MILLISECONDS);
                move();
                assertThat(news.isDone()).isFalse();
                news.cancel(false);
            }
            Eventually.await("everything is heard", TURNED_WITHIN, () -> hear(listening, heard) == sent.get());
        }

        assertThat(heard)
                .isEqualTo(IntStream.range(0, sent.get())
                        .mapToObj(Integer::toString)
                        .toList());
    }

    private static void send(Connection connection, AtomicInteger sent) {
        try {
            run(connection, "NOTIFY news, '" + sent.get() + "'");
            sent.incrementAndGet();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int hear(Connection connection, List<String> heard) {
        try {
            PGNotification[] news = connection.unwrap(PGConnection.class).getNotifications(1);
            for (PGNotification each : news == null ? new PGNotification[0] : news) {
                heard.add(each.getParameter());
            }
            return heard.size();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Connection open(DatabaseConnection database) throws SQLException {
        Properties login = new Properties();
        login.setProperty("user", database.user());
        login.setProperty("password", database.password());
        login.setProperty("sslmode", "disable");
        return DriverManager.getConnection(
                "jdbc:postgresql://" + database.host() + ":" + database.port() + "/" + database.database(), login);
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void aDryRunSaysThatTheMoveIsPhysicalAndWhy() throws Exception {
        platform.api().create(id, engine.id(), Tier.DEDICATED);

        JsonNode plan = dryRun("dedicated");

        assertThat(plan.path("method").asString()).isEqualTo("physical");
        assertThat(plan.path("findings").path(0).path("code").asString()).isEqualTo("MOVES_PHYSICALLY");
        assertThat(dryRun("shared").path("method").asString()).isEqualTo("logical");
    }

    private JsonNode dryRun(String to) {
        return platform.client()
                .post(
                        ApiPaths.database(id.tenant(), id.name()) + "/migrations",
                        JsonNodeFactory.instance.objectNode().put("to", to).put("dryRun", true));
    }

    private DatabaseConnection filled() throws InterruptedException {
        DatabaseConnection database = platform.api().create(id, engine.id(), Tier.DEDICATED);
        engine.awaitReachable(database, Duration.ofSeconds(30));
        engine.fill(database, ROWS, CLIENTS, rows -> {});
        return database;
    }

    private MigrationView move() throws InterruptedException {
        String migration = platform.api().migrate(id, Tier.DEDICATED);
        MigrationView moved = platform.api().await(migration, view -> {});
        assertThat(moved.status()).as(moved.error()).isEqualTo("ready");
        return moved;
    }

    private boolean follows(PlacedDatabase former) {
        try (Connection connection = platform.openAdmin(former.server(), "postgres")) {
            return isTrue(connection, "SELECT pg_is_in_recovery() AND EXISTS (SELECT FROM pg_stat_wal_receiver)");
        } catch (SQLException e) {
            return false;
        }
    }

    private long slots(PlacedDatabase home) throws SQLException {
        try (Connection connection = platform.openAdmin(home.server(), "postgres")) {
            return number(connection, "SELECT count(*) FROM pg_replication_slots");
        }
    }

    private static boolean isTrue(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() && row.getBoolean(1);
        }
    }

    private Verdict check(DatabaseConnection database, List<Path> journals) {
        try (LedgerReader ledger = engine.openLedger(database)) {
            return HistoryCheck.run(journals, ledger);
        }
    }
}
