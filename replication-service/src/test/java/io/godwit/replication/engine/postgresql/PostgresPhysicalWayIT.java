package io.godwit.replication.engine.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.events.Failure.Kind;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.ClientHold;
import io.godwit.replication.engine.ConvergenceGoal;
import io.godwit.replication.engine.HandOverResult;
import io.godwit.replication.engine.InMemoryUndoRecords;
import io.godwit.replication.engine.ReplicationException;
import io.godwit.replication.engine.Verification;
import io.godwit.testing.Eventually;
import io.godwit.testing.PostgresServer;
import io.godwit.testing.TestSecrets;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PostgresPhysicalWayIT {
    private static final DatabaseId ID = new DatabaseId("whole", "shop");
    private static final ConvergenceGoal GOAL = new ConvergenceGoal(Duration.ofSeconds(1), 3);
    private static final Duration STARTED = Duration.ofSeconds(30);
    private static final int ROWS = 20_000;
    private static final int BLOCK = 8192;

    private final InMemoryUndoRecords records = new InMemoryUndoRecords();
    private PostgresServer leader;
    private PostgresServer standby;
    private PostgresEngine engine;
    private ChangeStream stream;

    @BeforeEach
    void makePair() throws Exception {
        leader = PostgresServer.start("leader");
        PlacedDatabase source = leader.createTenantDatabase(ID);
        try (Connection owner = PostgresServer.openOwner(source)) {
            run(
                    owner,
                    "CREATE TABLE orders (id bigint PRIMARY KEY, note text)",
                    "INSERT INTO orders SELECT n, repeat('x', 100) FROM generate_series(1, " + ROWS + ") n",
                    "CREATE TABLE counter (n bigint)",
                    "INSERT INTO counter VALUES (0)");
        }
        // A damaged page is shown as it is, so that the comparison has to find it.
        standby = PostgresServer.startStandby(leader, "standby", Map.of("ignore_checksum_failure", "on"));
        stream = new ChangeStream(
                "mig_whole", source, new PlacedDatabase(standby.access(), source.databaseName(), source.owner()));
        engine = newEngine();
    }

    private PostgresEngine newEngine() {
        return new PostgresEngine(
                TestSecrets.sealer(),
                PostgresServer.connections(),
                PostgresServer.binDirectory(),
                records,
                Shop.limits(),
                InstantSource.system());
    }

    @AfterEach
    void removePair() {
        engine.close();
        standby.close();
        leader.close();
    }

    @Test
    void aStandbyHasWhatItsServerHasAlsoWhileWritesGoOn() throws Exception {
        try (Writer writer = new Writer()) {
            assertThat(engine.follow(stream).bytes()).isPositive();
            assertThat(engine.awaitConvergence(stream, GOAL, lag -> {}).delay()).isLessThan(Duration.ofSeconds(1));
            Verification verified = engine.verify(stream);

            assertThat(verified.tables()).isEqualTo(2);
            assertThat(verified.rows()).isGreaterThanOrEqualTo(ROWS);
            assertThat(writer.acknowledged()).isPositive();
        }
    }

    @Test
    void behindTheHandOverNobodyIsLetInAndTheStandbyHasEveryAcknowledgedWrite() throws Exception {
        follow();
        long acknowledged;
        HandOverResult handedOver;
        try (Writer writer = new Writer();
                Connection ahead = PostgresServer.openOwner(stream.target())) {
            Eventually.await("writes", STARTED, () -> writer.acknowledged() > 100);
            handedOver = engine.handOver(stream, true, ClientHold.UNLIMITED);
            acknowledged = writer.awaitRefused();

            assertThatThrownBy(() -> PostgresServer.openOwner(stream.source()))
                    .isInstanceOf(SQLException.class)
                    .extracting(e -> ((SQLException) e).getSQLState())
                    .isEqualTo("28000");
            long arrived = number(ahead, "SELECT n FROM counter");
            // The last write may have been cut off between its commit and the answer.
            assertThat(arrived).isBetween(acknowledged, acknowledged + 1);
            // A connection that was opened ahead outlives the promotion, and may write.
            standby.execute("postgres", "SELECT pg_promote()");
            run(ahead, "UPDATE counter SET n = n + 1");
            assertThat(number(ahead, "SELECT n FROM counter")).isEqualTo(arrived + 1);
        }
        assertThat(handedOver.position()).matches("[0-9A-F]+/[0-9A-F]+");
    }

    @Test
    void theDoorStaysClosedOverARestartAndIsNotAtTheStandby() throws Exception {
        follow();
        engine.fence(stream.migrationId(), stream.source(), ClientHold.UNLIMITED);
        leader.process().kill();
        leader.process().start();
        leader.process().awaitReady(STARTED);

        assertThatThrownBy(() -> PostgresServer.openOwner(stream.source())).isInstanceOf(SQLException.class);
        PostgresServer.openOwner(stream.target()).close();
        engine.unfence(stream.migrationId(), stream.source());
        engine.unfence(stream.migrationId(), stream.source());
        PostgresServer.openOwner(stream.source()).close();
    }

    @Test
    void theDoorStaysOpenWhereClientsAreNotHeldAnyMore() throws Exception {
        follow();
        ClientHold over = new ClientHold(Instant.now().minusMillis(1));

        assertRefused("FENCE_TOO_LATE", () -> engine.handOver(stream, true, over));
        PostgresServer.openOwner(stream.source()).close();
    }

    @Test
    void aServiceThatStartsAnewClosesTheWholeServer() throws Exception {
        follow();
        try (PostgresEngine next = newEngine()) {
            next.handOver(stream, true, ClientHold.UNLIMITED);
        }
        assertThatThrownBy(() -> PostgresServer.openOwner(stream.source())).isInstanceOf(SQLException.class);
        PostgresServer.openOwner(stream.target()).close();
    }

    @Test
    void nobodyIsLetInAheadOfARollback() throws Exception {
        follow();
        engine.fence(stream.migrationId(), stream.source(), ClientHold.UNLIMITED);

        assertRefused("METHOD_NOT_SUPPORTED", () -> engine.openPassage(stream.migrationId(), stream.source()));
        assertThatThrownBy(() -> PostgresServer.openOwner(stream.source())).isInstanceOf(SQLException.class);
    }

    @Test
    void aStandbyThatDiffersIsFoundBeforeItTakesOver() throws Exception {
        follow();
        String file = text("SELECT pg_relation_filepath('orders')");
        standby.process().stop();
        Path damaged = standby.process().settings().directory().resolve("data").resolve(file);
        try (RandomAccessFile page = new RandomAccessFile(damaged.toFile(), "rw")) {
            page.seek(BLOCK - 16);
            page.write("damage".getBytes(StandardCharsets.US_ASCII));
        }
        standby.process().start();
        standby.process().awaitReady(STARTED);
        engine.awaitConvergence(stream, GOAL, lag -> {});

        engine.verify(stream);
        assertRefused("ROWS_DIFFER", () -> engine.handOver(stream, true, ClientHold.UNLIMITED));
    }

    @Test
    void aStandbyWhoseLogItsLeaderHasThrownAwayIsNotWaitedFor() throws Exception {
        leader.execute("postgres", "ALTER SYSTEM SET max_slot_wal_keep_size = '1MB'", "SELECT pg_reload_conf()");
        engine.follow(stream);
        AtomicBoolean cutOff = new AtomicBoolean();

        assertThatThrownBy(() -> engine.awaitConvergence(stream, GOAL, _ -> {
                    if (cutOff.compareAndSet(false, true)) {
                        leaveBehind();
                    }
                }))
                .isInstanceOfSatisfying(ReplicationException.class, e -> {
                    assertThat(e.failure().code()).isEqualTo("STANDBY_LEFT_BEHIND");
                    assertThat(e.failure().kind()).isEqualTo(Kind.TRANSIENT);
                });
        assertThat(cutOff).isTrue();
    }

    /** The standby gets nothing any more, and its leader makes more log than it may keep. */
    private void leaveBehind() {
        try {
            leader.execute(
                    "postgres",
                    "ALTER ROLE godwit_replication NOLOGIN",
                    "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_replication",
                    "CREATE TABLE filler (n int)");
            for (int segment = 0; segment < 4; segment++) {
                leader.execute("postgres", "INSERT INTO filler VALUES (1)", "SELECT pg_switch_wal()");
            }
            leader.execute("postgres", "CHECKPOINT");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aServerThatCanNotBeClosedAsAWholeDoesNotMoveSo() throws Exception {
        Path rules = leader.process().settings().directory().resolve("data").resolve("pg_hba.conf");
        Files.writeString(
                rules,
                "hostssl all all 127.0.0.1/32 scram-sha-256\nhostssl replication all 127.0.0.1/32 scram-sha-256\n");
        leader.execute("postgres", "SELECT pg_reload_conf()");

        assertRefused("DOOR_MISSING", () -> engine.follow(stream));
    }

    private void follow() throws InterruptedException {
        engine.follow(stream);
        engine.awaitConvergence(stream, GOAL, lag -> {});
    }

    private static void assertRefused(String code, Callable<?> call) {
        assertThatThrownBy(call::call)
                .isInstanceOfSatisfying(
                        ReplicationException.class,
                        e -> assertThat(e.failure().code()).isEqualTo(code));
    }

    private String text(String sql) throws SQLException {
        try (Connection connection = leader.openAdmin(stream.source().databaseName());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static void run(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** Counts up on the source, and how often that was acknowledged, until it is refused. */
    private final class Writer implements AutoCloseable {
        private final AtomicBoolean ended = new AtomicBoolean();
        private final AtomicLong acknowledged = new AtomicLong();
        private final ExecutorService thread = Executors.newSingleThreadExecutor();
        private final Future<?> writing = thread.submit(this::write);

        private void write() {
            try (Connection connection = PostgresServer.openOwner(stream.source())) {
                while (!ended.get()) {
                    run(connection, "UPDATE counter SET n = n + 1");
                    acknowledged.incrementAndGet();
                }
            } catch (SQLException e) {
                ended.set(true);
            }
        }

        long acknowledged() {
            return acknowledged.get();
        }

        long awaitRefused() throws Exception {
            writing.get();
            return acknowledged.get();
        }

        @Override
        public void close() {
            ended.set(true);
            thread.close();
        }
    }
}
