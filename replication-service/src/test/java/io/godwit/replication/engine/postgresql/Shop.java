package io.godwit.replication.engine.postgresql;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.InMemoryUndoRecords;
import io.godwit.replication.engine.MoveLimits;
import io.godwit.testing.PostgresServer;
import io.godwit.testing.TestSecrets;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.util.unit.DataSize;

/** A tenant's database with one of everything, on one server, and the empty one it is to move to on another. */
final class Shop {
    private static final AtomicInteger COUNT = new AtomicInteger();

    final PostgresServer sourceServer;
    final PostgresServer targetServer;
    final DatabaseId id;
    final InMemoryUndoRecords records = new InMemoryUndoRecords();
    final PostgresEngine engine;
    final ChangeStream stream;

    Shop() throws SQLException, IOException {
        this(PostgresServer.shared("source"), PostgresServer.shared("target"));
    }

    Shop(PostgresServer sourceServer, PostgresServer targetServer) throws SQLException, IOException {
        this.sourceServer = sourceServer;
        this.targetServer = targetServer;
        int number = COUNT.incrementAndGet();
        this.id = new DatabaseId("acme" + number, "shop");
        this.stream = new ChangeStream(
                "mig_test" + number, sourceServer.createTenantDatabase(id), targetServer.createTenantDatabase(id));
        this.engine = newEngine();
        sourceServer.execute("postgres", "DO $$ BEGIN CREATE ROLE " + reader() + "; END $$");
        try (Connection connection = PostgresServer.openOwner(stream.source());
                Statement statement = connection.createStatement();
                InputStream script = Objects.requireNonNull(Shop.class.getResourceAsStream("/shop.sql"))) {
            statement.execute(new String(script.readAllBytes(), StandardCharsets.UTF_8));
            statement.execute("GRANT SELECT ON public.customers TO " + reader());
        }
    }

    /** A role besides the owner that has rights on a table. */
    String reader() {
        return "reader_" + id.tenant();
    }

    PostgresEngine newEngine() {
        return newEngine(limits());
    }

    PostgresEngine newEngine(MoveLimits limits) {
        return new PostgresEngine(
                TestSecrets.sealer(),
                PostgresServer.connections(),
                PostgresServer.binDirectory(),
                records,
                limits,
                InstantSource.system());
    }

    static MoveLimits limits() {
        return limits(Duration.ofSeconds(30));
    }

    /** @param startTimeout how long the start of a stream may wait for transactions */
    static MoveLimits limits(Duration startTimeout) {
        return limits(startTimeout, Duration.ofSeconds(60), DataSize.ofGigabytes(1));
    }

    /**
     * @param startTimeout how long the start of a stream may wait for transactions
     * @param convergeTimeout how long the target may take to catch up
     * @param logBudget how much log the source may keep meanwhile
     */
    static MoveLimits limits(Duration startTimeout, Duration convergeTimeout, DataSize logBudget) {
        return new MoveLimits(
                2,
                DataSize.ofKilobytes(256),
                2,
                500,
                startTimeout,
                Duration.ofMillis(500),
                Duration.ofSeconds(20),
                Duration.ofMinutes(2),
                Duration.ofMillis(50),
                convergeTimeout,
                Duration.ofSeconds(5),
                Duration.ofSeconds(10),
                logBudget);
    }

    List<String> query(PlacedDatabase database, String sql) throws SQLException {
        try (Connection connection =
                        PostgresServer.connections().openAdmin(database.server(), database.databaseName());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        }
    }

    void execute(PlacedDatabase database, String sql) throws SQLException {
        try (Connection connection =
                        PostgresServer.connections().openAdmin(database.server(), database.databaseName());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Every row of every table as text, so that two databases can be compared without the code under test. */
    List<String> contents(PlacedDatabase database) throws SQLException {
        List<String> all = new ArrayList<>();
        for (String table : query(
                database,
                "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
                        + " WHERE schemaname IN ('public', 'Sales Dept') ORDER BY 1")) {
            for (String row : query(database, "SELECT r::text FROM ONLY " + table + " r ORDER BY 1")) {
                all.add(table + " " + row);
            }
        }
        return all;
    }

    /** The state of all sequences. */
    List<String> sequences(PlacedDatabase database) throws SQLException {
        List<String> all = new ArrayList<>();
        for (String sequence :
                query(database, "SELECT oid::regclass FROM pg_class WHERE relkind = 'S' ORDER BY relname")) {
            all.addAll(
                    query(database, "SELECT '" + sequence + " ' || last_value || ' ' || is_called FROM " + sequence));
        }
        return all;
    }

    /** What a move makes on a server, and must not leave there. */
    List<String> traces(PlacedDatabase database) throws SQLException {
        return query(
                database,
                "SELECT 'slot ' || slot_name FROM pg_replication_slots WHERE database = current_database()"
                        + " UNION ALL SELECT 'publication ' || pubname FROM pg_publication"
                        + " UNION ALL SELECT 'subscription ' || subname FROM pg_subscription WHERE subdbid ="
                        + "   (SELECT oid FROM pg_database WHERE datname = current_database())"
                        + " UNION ALL SELECT 'origin ' || roname FROM pg_replication_origin"
                        + "   WHERE NOT EXISTS (SELECT FROM pg_subscription s WHERE roname = 'pg_' || s.oid)"
                        + " UNION ALL SELECT 'schema ' || nspname FROM pg_namespace WHERE nspname = 'godwit'"
                        + " UNION ALL SELECT 'role ' || rolname FROM pg_roles WHERE rolname = '"
                        + PostgresNames.deputy(stream.migrationId(), database.server()) + "'"
                        + " UNION ALL SELECT 'event trigger ' || evtname FROM pg_event_trigger"
                        + " UNION ALL SELECT 'identity of ' || oid::regclass FROM pg_class"
                        + "   WHERE relreplident <> 'd' AND relkind = 'r' AND relnamespace = 'public'::regnamespace"
                        + " UNION ALL SELECT 'session ' || application_name FROM pg_stat_activity"
                        + "   WHERE datname = current_database() AND application_name LIKE 'godwit mig%'");
    }

    /** Stops what the test left running and removes the databases. */
    void close() throws SQLException, InterruptedException {
        engine.stopReverse(stream);
        engine.stop(stream);
        engine.close();
        if (sourceServer.process().running().isPresent()) {
            sourceServer.dropTenantDatabase(id);
            sourceServer.execute("postgres", "DROP ROLE IF EXISTS " + reader());
        }
        if (targetServer.process().running().isPresent()) {
            targetServer.dropTenantDatabase(id);
            targetServer.execute("postgres", "DROP ROLE IF EXISTS " + reader());
        }
    }
}
