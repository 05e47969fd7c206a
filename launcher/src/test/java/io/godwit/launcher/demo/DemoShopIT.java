package io.godwit.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.launcher.demo.check.HistoryCheck;
import io.godwit.launcher.demo.check.LedgerReader;
import io.godwit.launcher.demo.check.Verdict;
import io.godwit.launcher.demo.engine.postgresql.PostgresDemoEngine;
import io.godwit.launcher.demo.load.DatabaseConnection;
import io.godwit.launcher.demo.load.Load;
import io.godwit.launcher.demo.load.ShopSession;
import io.godwit.testing.PostgresServer;
import io.godwit.testing.TestSecrets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo's own tools against a server, without a proxy or a move: do they notice what they are there to notice? */
class DemoShopIT {
    private static final long ROWS = 20_000;
    private static final int CLIENTS = 4;
    private static final int ENOUGH = 60;
    private static final DatabaseId ID = new DatabaseId("demo", "shop");

    @TempDir
    private static Path folder;

    private static PostgresServer server;
    private static DatabaseConnection database;
    private static SequencedMap<String, String> fingerprint;
    private static long filled;
    private static Load load;

    private final PostgresDemoEngine engine = new PostgresDemoEngine();

    @BeforeAll
    static void runTheShop() throws SQLException, InterruptedException {
        server = PostgresServer.shared("demo-shop");
        PlacedDatabase placed = server.createTenantDatabase(ID);
        database = new DatabaseConnection(
                placed.server().address().host(),
                placed.server().address().port(),
                placed.owner().user(),
                TestSecrets.sealer().open(placed.owner().password()),
                placed.databaseName());
        PostgresDemoEngine engine = new PostgresDemoEngine();
        AtomicLong progress = new AtomicLong();
        engine.fill(database, ROWS, CLIENTS, progress::set);
        filled = progress.get();
        fingerprint = engine.fingerprint(database);
        try (Load running = new Load(engine.openSessions(database, CLIENTS), folder)) {
            load = running;
            running.awaitEach(ENOUGH);
        }
    }

    @Test
    void theShopIsFilledAsLargeAsWasAskedFor() {
        assertThat(filled).isEqualTo(ROWS);
    }

    @Test
    void noClientSeesAnErrorAndTheLedgerAgreesWithTheJournals() {
        assertThat(load.meter().errors()).isEmpty();
        assertThat(load.meter().exchanges()).isGreaterThan(CLIENTS * ENOUGH);
        assertThat(check()).isEqualTo(new Verdict(0, 0, 0, List.of()));
    }

    @Test
    void theTrafficDoesNotChangeTheFingerprint() {
        assertThat(engine.fingerprint(database)).isEqualTo(fingerprint);
    }

    @Test
    void aWriteThatVanishesIsFound() throws SQLException {
        whileChanged(
                "DELETE FROM ledger WHERE id = (SELECT max(id) FROM ledger)",
                () -> assertThat(check().lost()).isEqualTo(1));
    }

    @Test
    void aWriteThatHappenedTwiceIsFound() throws SQLException {
        whileChanged(
                "INSERT INTO audit.ledger_log SELECT * FROM audit.ledger_log WHERE client = 1 LIMIT 1",
                () -> assertThat(check().doubled()).isEqualTo(1));
        whileChanged(
                "UPDATE accounts SET ticks = ticks + 1 WHERE client = 2",
                () -> assertThat(check().doubled()).isEqualTo(1));
    }

    @Test
    void aChangedRowAndAMissingIndexChangeTheFingerprint() throws SQLException {
        whileChanged(
                "UPDATE customers SET name = name || ' ' WHERE id = 5",
                () -> assertThat(changed()).containsExactly("customers"));
        whileChanged("DROP INDEX orders_open", () -> assertThat(changed()).containsExactly("indexes"));
        whileChanged(
                "ALTER TABLE ledger DISABLE TRIGGER ledger_audit",
                () -> assertThat(changed()).containsExactly("triggers"));
    }

    @Test
    void anErrorLeavesTheSessionUsable() {
        try (ShopSession session = engine.openSession(database, 0)) {
            assertThat(catchThrowable(() -> session.append(1, 1))).hasMessageContaining("23505");
            assertThat(catchThrowable(session::browse)).isNull();
        }
    }

    private Verdict check() {
        try (LedgerReader ledger = engine.openLedger(database)) {
            return HistoryCheck.run(load.journals(), ledger);
        }
    }

    private List<String> changed() {
        return engine.fingerprint(database).entrySet().stream()
                .filter(entry -> !entry.getValue().equals(fingerprint.get(entry.getKey())))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Changes a copy of the database in its place, so that each test finds the shop as the traffic left it. */
    private void whileChanged(String change, Runnable check) throws SQLException {
        String name = database.database();
        server.execute("postgres", "CREATE DATABASE untouched TEMPLATE %s OWNER %s".formatted(name, database.user()));
        try {
            server.execute(name, change);
            check.run();
        } finally {
            server.execute(
                    "postgres",
                    "DROP DATABASE %s WITH (FORCE)".formatted(name),
                    "ALTER DATABASE untouched RENAME TO " + name,
                    "GRANT CONNECT ON DATABASE %s TO %s".formatted(name, database.user()));
        }
    }
}
