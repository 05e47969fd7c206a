package io.godwit.launcher.demo.engine.postgresql;

import io.godwit.engines.EngineId;
import io.godwit.launcher.demo.check.LedgerReader;
import io.godwit.launcher.demo.engine.DemoEngine;
import io.godwit.launcher.demo.load.DatabaseConnection;
import io.godwit.launcher.demo.load.ShopSession;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.SequencedMap;
import java.util.function.LongConsumer;

/** The demo's shop on PostgreSQL, through PgJDBC. */
public final class PostgresDemoEngine implements DemoEngine {
    private static final int PROBE_SECONDS = 5;
    private static final Duration AGAIN = Duration.ofMillis(200);

    @Override
    public EngineId id() {
        return EngineId.POSTGRESQL;
    }

    @Override
    public void awaitReachable(DatabaseConnection database, Duration within) throws InterruptedException {
        Instant deadline = Instant.now().plus(within);
        while (true) {
            try (Connection connection = PostgresSessions.open(database, "godwit-demo-probe")) {
                if (connection.isValid(PROBE_SECONDS)) {
                    return;
                }
            } catch (SQLException e) {
                if (Instant.now().isAfter(deadline)) {
                    throw new DemoDatabaseException("reach " + database, e);
                }
            }
            Thread.sleep(AGAIN);
        }
    }

    @Override
    public void fill(DatabaseConnection database, long rows, int clients, LongConsumer progress)
            throws InterruptedException {
        new PostgresFill(database, ShopSize.of(rows)).run(clients, progress);
    }

    @Override
    public void empty(DatabaseConnection database) {
        try (Connection connection = PostgresSessions.open(database, "godwit-demo-fill");
                Statement statement = connection.createStatement()) {
            statement.execute("DROP SCHEMA public, audit CASCADE; CREATE SCHEMA public");
        } catch (SQLException e) {
            throw new DemoDatabaseException("empty " + database, e);
        }
    }

    @Override
    public ShopSession openSession(DatabaseConnection database, int client) {
        return PostgresClientSession.open(database, client);
    }

    @Override
    public LedgerReader openLedger(DatabaseConnection database) {
        return PostgresLedgerReader.open(database);
    }

    @Override
    public SequencedMap<String, String> fingerprint(DatabaseConnection database) {
        return PostgresFingerprint.of(database);
    }
}
