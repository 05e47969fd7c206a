package io.godwit.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.cli.migrations.MigrationView;
import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.Tier;
import io.godwit.launcher.demo.load.DatabaseConnection;
import io.godwit.testing.Eventually;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Clients change the schema of twenty tables and write to them while the database moves, and after it. */
@ExtendWith(E2ePlatformExtension.class)
class DdlUnderMoveE2eIT {
    private static final int TABLES = 20;
    private static final int ROWS = 500;
    private static final int WRITERS = 4;
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** One after the other, each for the next table; the number makes names that were never used before. */
    private static final List<IntFunction<String>> CHANGES = List.of(
            n -> "ALTER TABLE t" + n % TABLES + " ADD COLUMN c" + n + " integer NOT NULL DEFAULT " + n,
            n -> "CREATE INDEX i" + n + " ON t" + n % TABLES + " (note)",
            n -> "CREATE TABLE new" + n + " (id bigint PRIMARY KEY, note text)",
            n -> "INSERT INTO new" + (n - 1) + " SELECT g, 'row ' || g FROM generate_series(1, 10) g",
            n -> "ALTER TABLE t" + n % TABLES + " ADD CONSTRAINT positive" + n + " CHECK (id >= 0)",
            n -> "ALTER TABLE new" + (n - 3) + " RENAME COLUMN note TO remark",
            n -> "CREATE VIEW v" + n + " AS SELECT id FROM t" + n % TABLES,
            n -> "ALTER TABLE new" + (n - 5) + " DROP COLUMN remark",
            n -> "DROP VIEW v" + (n - 2),
            n -> "DROP TABLE new" + (n - 7));

    private static final String SCHEMA = """
            SELECT 'column ' || c.oid::regclass || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' '
                   || a.attnotnull || ' ' || coalesce(pg_get_expr(d.adbin, d.adrelid), '')
            FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
            LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
            WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
            UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public'
            UNION ALL SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
            FROM pg_constraint WHERE connamespace = 'public'::regnamespace
            UNION ALL SELECT 'view ' || viewname || definition FROM pg_views WHERE schemaname = 'public'
            ORDER BY 1""";

    private static final String ROWS_OF_TABLES = """
            SELECT format('SELECT %L || '' '' || count(*) || '' '' || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)'
                          ' FROM %s t', oid::regclass, oid::regclass)
            FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1""";

    private final E2ePlatform platform;
    private final DatabaseId id = E2ePlatform.freshDatabase();
    private final Queue<String> errors = new ConcurrentLinkedQueue<>();
    private final AtomicInteger changes = new AtomicInteger();
    private final List<AtomicInteger> written = new ArrayList<>();
    private final ScheduledExecutorService clients = Executors.newScheduledThreadPool(WRITERS + 1);
    private final List<Connection> connections = new ArrayList<>();
    private DatabaseConnection database;

    DdlUnderMoveE2eIT(E2ePlatform platform) {
        this.platform = platform;
    }

    @BeforeEach
    void begin() throws Exception {
        database = platform.api().create(id, E2ePlatform.engine(), Tier.SHARED);
        DemoEngines.of(E2ePlatform.engine()).awaitReachable(database, Duration.ofSeconds(30));
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (int table = 0; table < TABLES; table++) {
                statement.execute("CREATE TABLE t" + table + " (id bigint PRIMARY KEY, writer integer, note text)");
                statement.execute("INSERT INTO t" + table + " SELECT g, -1, 'filled ' || g FROM generate_series(1, "
                        + ROWS + ") g");
            }
        }
        for (int writer = 0; writer < WRITERS; writer++) {
            int number = writer;
            written.add(new AtomicInteger());
            start(Duration.ofMillis(10), connection -> write(connection, number));
        }
        start(Duration.ofSeconds(1), this::change);
        awaitProgress();
    }

    @AfterEach
    void end() throws Exception {
        clients.shutdown();
        assertThat(clients.awaitTermination(LIMIT.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        for (Connection connection : connections) {
            connection.close();
        }
    }

    @Test
    void theSchemaArrivesAsItIsWithEveryRow() throws Exception {
        PlacedDatabase old = platform.placement(id);
        String migration = platform.api().migrate(id, Tier.DEDICATED);
        MigrationView moved = platform.api().await(migration, view -> {});
        assertThat(moved.status()).as(moved.error()).isEqualTo("ready");
        int then = changes.get();
        awaitProgress();
        end();

        assertThat(errors).isEmpty();
        assertThat(changes.get()).isGreaterThan(then);
        PlacedDatabase home = platform.placement(id);
        assertThat(home.server().serverId()).isNotEqualTo(old.server().serverId());
        List<String> schema = values(home, SCHEMA);
        assertThat(schema).hasSizeGreaterThan(TABLES * 4);
        // The old server follows by the stream back, which has the changes since the move as well.
        Eventually.assertThat(
                "both servers hold the same", LIMIT, () -> assertThat(rows(old)).isEqualTo(rows(home)));
        assertThat(values(old, SCHEMA)).isEqualTo(schema);
        for (int writer = 0; writer < WRITERS; writer++) {
            assertThat(rowsOf(home, writer)).isEqualTo(written.get(writer).get());
        }
    }

    /** Until every client has done something since. */
    private void awaitProgress() throws InterruptedException {
        int change = changes.get();
        List<Integer> before = written.stream().map(AtomicInteger::get).toList();
        Eventually.await("the clients' progress", LIMIT, () -> {
            boolean all = changes.get() >= change + CHANGES.size();
            for (int writer = 0; writer < WRITERS; writer++) {
                all = all && written.get(writer).get() > before.get(writer) + ROWS / 10;
            }
            return all || !errors.isEmpty();
        });
    }

    private void write(Connection connection, int writer) throws SQLException {
        int next = written.get(writer).get();
        try (Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO t" + next % TABLES + " (id, writer, note) VALUES ("
                    + ((writer + 1) * 1_000_000L + next) + ", " + writer + ", 'written')");
        }
        written.get(writer).incrementAndGet();
    }

    private void change(Connection connection) throws SQLException {
        int next = changes.get();
        try (Statement statement = connection.createStatement()) {
            statement.execute(CHANGES.get(next % CHANGES.size()).apply(next));
        }
        changes.incrementAndGet();
    }

    /** A client with one connection that does the same again and again; its first error is its last deed. */
    private void start(Duration pause, Client client) throws SQLException {
        Connection connection = connect();
        connections.add(connection);
        var _ = clients.scheduleWithFixedDelay(
                () -> {
                    try {
                        client.work(connection);
                    } catch (SQLException e) {
                        errors.add(e.getSQLState() + " " + e.getMessage());
                        throw new IllegalStateException(e);
                    }
                },
                0,
                pause.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://" + database.host() + ":" + database.port() + "/" + database.database(),
                database.user(),
                database.password());
    }

    private List<String> rows(PlacedDatabase placed) throws SQLException {
        List<String> rows = new ArrayList<>();
        for (String query : values(placed, ROWS_OF_TABLES)) {
            rows.addAll(values(placed, query));
        }
        return rows;
    }

    private long rowsOf(PlacedDatabase placed, int writer) throws SQLException {
        long rows = 0;
        for (int table = 0; table < TABLES; table++) {
            rows += Long.parseLong(values(placed, "SELECT count(*) FROM t" + table + " WHERE writer = " + writer)
                    .getFirst());
        }
        return rows;
    }

    private List<String> values(PlacedDatabase placed, String query) throws SQLException {
        try (Connection connection = platform.openAdmin(placed.server(), placed.databaseName());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        }
    }

    /** What a client does on its connection. */
    private interface Client {
        void work(Connection connection) throws SQLException;
    }
}
