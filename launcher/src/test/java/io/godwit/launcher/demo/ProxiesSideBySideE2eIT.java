package io.godwit.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.cli.migrations.MigrationView;
import io.godwit.cli.output.Fields;
import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.Tier;
import io.godwit.launcher.demo.engine.DemoEngine;
import io.godwit.launcher.demo.load.ClientSession;
import io.godwit.launcher.demo.load.DatabaseConnection;
import io.godwit.launcher.demo.load.Load;
import io.godwit.launcher.demo.load.ShopSession;
import io.godwit.launcher.faults.Direction;
import io.godwit.launcher.faults.FaultPoint;
import io.godwit.launcher.faults.Moment;
import io.godwit.launcher.faults.ReconnectingSession;
import io.godwit.launcher.faults.SagaTable;
import io.godwit.launcher.faults.Signals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Two proxies serve one database. */
@ExtendWith(E2ePlatformExtension.class)
class ProxiesSideBySideE2eIT {
    private static final long ROWS = 2_000;
    /** At each proxy. */
    private static final int CLIENTS = 4;

    private static final int SOME = 20;
    private static final Duration REACHABLE = Duration.ofSeconds(30);
    private static final Duration REACHED = Duration.ofMinutes(4);
    /** The step after which clients are held. */
    private static final String REHEARSE = "REHEARSE";

    private static final int MOST_PAUSES = 50;
    /** A transaction whose client says nothing for so long. */
    private static final int ABANDONED_MILLIS = 200;

    private static final String ABANDONED = "SELECT count(*) FROM pg_stat_activity"
            + " WHERE state LIKE 'idle in transaction%' AND state_change < clock_timestamp() - interval '"
            + ABANDONED_MILLIS + " ms'";

    private final E2ePlatform platform;
    private final DemoEngine engine = DemoEngines.of(E2ePlatform.engine());
    private final DatabaseId id = E2ePlatform.freshDatabase();

    private SecondProxy second;
    private DatabaseConnection byFirst;
    private DatabaseConnection bySecond;
    private PlacedDatabase source;
    private Load atFirst;
    private Load atSecond;

    @TempDir
    private Path folder;

    ProxiesSideBySideE2eIT(E2ePlatform platform) {
        this.platform = platform;
    }

    @BeforeEach
    void start() throws Exception {
        second = SecondProxy.start(platform);
        byFirst = platform.api().create(id, engine.id(), Tier.SHARED);
        bySecond = second.wayTo(byFirst);
        engine.awaitReachable(byFirst, REACHABLE);
        engine.awaitReachable(bySecond, REACHABLE);
        engine.fill(byFirst, ROWS, 2 * CLIENTS, rows -> {});
        source = platform.placement(id);
        atFirst = load("first", 0, client -> engine.openSession(byFirst, client));
        atSecond = load("second", CLIENTS, client -> session(client));
    }

    @AfterEach
    void stop() {
        atFirst.close();
        atSecond.close();
        second.close();
    }

    private Load load(String proxy, int firstClient, IntFunction<ClientSession> session) throws IOException {
        return new Load(
                IntStream.range(firstClient, firstClient + CLIENTS)
                        .mapToObj(session)
                        .toList(),
                Files.createDirectory(folder.resolve(proxy)));
    }

    private ClientSession session(int client) {
        return new ReconnectingSession((ShopSession) engine.openSession(bySecond, client), () ->
                (ShopSession) engine.openSession(bySecond, client));
    }

    @Test
    void bothHoldTheirClientsAndNobodyNotices() throws Exception {
        awaitBoth();
        MigrationView moved = platform.api().await(platform.api().migrate(id, Tier.DEDICATED), view -> {});
        assertThat(moved.status()).as(moved.error()).isEqualTo("ready");
        awaitBoth();

        finish(moved.id());
        assertThat(atFirst.meter().errors()).isEmpty();
        assertThat(atSecond.meter().errors()).isEmpty();
    }

    @Test
    void theMoveGoesOnWithoutAStoppedOneWhichServesTheNewHomeWhenItWakes() throws Exception {
        try (Connection idle = open(bySecond);
                Connection set = open(bySecond)) {
            run(set, "SET work_mem = '7MB'");
            awaitBoth();
            FaultPoint beforeHold =
                    SagaTable.step(REHEARSE).point(Moment.ANSWERED).orElseThrow();
            platform.points().arm(beforeHold);
            String migration = platform.api().migrate(id, Tier.DEDICATED);
            platform.points().awaitReached(beforeHold, REACHED);
            int port;
            try (Signals.Paused _ = pauseBetweenTransactions()) {
                platform.points().release(beforeHold);
                MigrationView moved = platform.api().await(migration, view -> {});
                assertThat(moved.status()).as(moved.error()).isEqualTo("ready");
                port = platform.placement(id, Fields.text(moved.json(), "targetServerId"))
                        .server()
                        .address()
                        .port();
                atFirst.awaitEach(SOME);
            } finally {
                platform.points().release(beforeHold);
            }

            assertThat(answer(idle, "SELECT inet_server_port()")).isEqualTo(Integer.toString(port));
            assertThat(answer(set, "SHOW work_mem")).isEqualTo("7MB");
            assertThat(answer(set, "SELECT inet_server_port()")).isEqualTo(Integer.toString(port));
            awaitBoth();
            finish(migration);
        }
        assertThat(atFirst.meter().errors()).isEmpty();
    }

    /** Of an open transaction the locks would stay, and clients of the other proxy might wait for them. */
    private Signals.Paused pauseBetweenTransactions() throws Exception {
        for (int attempt = 0; attempt < MOST_PAUSES; attempt++) {
            Signals.Paused paused = Signals.pause(second.pid());
            try (Connection maintenance = platform.openMaintenance(id)) {
                paused.last(Duration.ofMillis(2 * ABANDONED_MILLIS));
                if (answer(maintenance, ABANDONED).equals("0")) {
                    return paused;
                }
            }
            paused.close();
        }
        throw new AssertionError("the second proxy had an open transaction each of " + MOST_PAUSES + " times");
    }

    private void awaitBoth() throws InterruptedException {
        atFirst.awaitEach(SOME);
        atSecond.awaitEach(SOME);
    }

    private void finish(String migration) throws Exception {
        platform.api().complete(migration);
        awaitBoth();
        atFirst.close();
        atSecond.close();
        List<Path> journals = new ArrayList<>(atFirst.journals());
        journals.addAll(atSecond.journals());
        FaultQuestions questions = new FaultQuestions(platform, engine, Direction.SHARED_DEDICATED, byFirst);
        questions.assertEveryWriteIsThereOnce(journals);
        questions.assertServedFromOneSide(id, source, null, platform.api().show(migration));
    }

    private static Connection open(DatabaseConnection database) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://" + database.host() + ":" + database.port() + "/" + database.database(),
                database.user(),
                database.password());
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String answer(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
