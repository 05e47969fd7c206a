package io.godwit.replication.engine.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.engines.PlacedDatabase;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.ClientHold;
import io.godwit.replication.engine.ConvergenceGoal;
import io.godwit.replication.engine.CopyProgress;
import io.godwit.replication.engine.CopyTotals;
import io.godwit.replication.engine.ReplicationException;
import io.godwit.replication.engine.Verification;
import io.godwit.testing.Eventually;
import io.godwit.testing.PostgresServer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PostgresMoveIT {
    private static final ConvergenceGoal GOAL = new ConvergenceGoal(Duration.ofMillis(500), 3);
    private static final Duration SOON = Duration.ofSeconds(10);

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
    }

    @AfterEach
    void closeShop() throws Exception {
        shop.close();
    }

    @Test
    void everyAcknowledgedWriteIsOnTheNewHomeOnceAndNothingOfTheMoveStays() throws Exception {
        Writers writers = new Writers(source, 1, 3);
        List<CopyProgress> progress = Collections.synchronizedList(new ArrayList<>());
        CopyTotals totals = shop.engine.copy(stream, progress::add);
        shop.engine.awaitConvergence(stream, GOAL, _ -> {});
        Verification verification = shop.engine.verify(stream);
        assertThat(writers.anyRuns()).isTrue();

        String position = shop.engine.fence(stream.migrationId(), source, ClientHold.UNLIMITED);
        int sequences = shop.engine.flush(stream, position);
        shop.engine.reverse(stream);
        writers.awaitEnd();

        assertThat(totals.rows()).isGreaterThan(3000 + 8998 + 520 + 50 + 2000);
        assertThat(progress.getLast().percent()).isEqualTo(100);
        assertThat(progress.getLast().rows()).isEqualTo(totals.rows());
        assertThat(verification.rows()).isGreaterThan(3000 + 8998 + 520 + 50 + 2000);
        assertThat(verification.recheckedChunks()).isPositive();
        assertThat(sequences).isEqualTo(4);
        List<Integer> acknowledged = writers.acknowledged();
        for (int writer = 1; writer <= acknowledged.size(); writer++) {
            int last = acknowledged.get(writer - 1);
            assertThat(last).isGreaterThan(10);
            assertThat(shop.query(
                            target,
                            "SELECT count(DISTINCT n) || ' ' || count(*) FROM journal WHERE n <= " + last
                                    + " AND writer = " + writer))
                    .containsExactly(last + " " + last);
        }
        assertThat(shop.contents(target)).isEqualTo(shop.contents(source));
        assertThat(shop.sequences(target)).isEqualTo(shop.sequences(source));
        assertThat(shop.query(target, "SELECT sum(customers) FROM levels")).containsExactly("3000");
        assertThat(shop.query(target, "SELECT has_table_privilege('" + shop.reader() + "', 'customers', 'SELECT')"))
                .containsExactly("t");

        try (var owner = PostgresServer.openOwner(target);
                var statement = owner.createStatement()) {
            statement.execute("INSERT INTO customers (name) VALUES ('first after the move');"
                    + "UPDATE journal SET said = 'changed' WHERE n = 7; DELETE FROM counters WHERE id = 3");
        }
        Eventually.assertThat(
                "the old home follows",
                SOON,
                () -> assertThat(shop.contents(source)).isEqualTo(shop.contents(target)));

        assertThat(shop.engine.stopReverse(stream)).isEmpty();
        assertThat(shop.engine.stop(stream)).isEmpty();
        assertThat(shop.traces(target)).isEmpty();
        assertThat(shop.traces(source)).isEmpty();
        assertThat(shop.query(target, "SELECT 1 FROM pg_roles WHERE rolname = '" + shop.reader() + "'"))
                .hasSize(1);
    }

    @Test
    void theOldHomeBecomesHomeAgainWithTheWritesMadeSince() throws Exception {
        moveToTarget();
        Writers writers = new Writers(target, 1, 2);
        Eventually.await(
                "each writer has written",
                SOON,
                () -> writers.acknowledged().stream().allMatch(last -> last > 10));
        ChangeStream back = stream.reversed();
        String position = shop.engine.fence(stream.migrationId(), target, ClientHold.UNLIMITED);
        int sequences = shop.engine.flush(back, position);
        shop.engine.unfence(stream.migrationId(), source);
        writers.awaitEnd();

        assertThat(sequences).isEqualTo(4);
        assertThat(writers.acknowledged()).allMatch(last -> last > 10);
        assertThat(shop.contents(source)).isEqualTo(shop.contents(target));
        assertThat(shop.sequences(source)).isEqualTo(shop.sequences(target));
        try (var owner = PostgresServer.openOwner(source);
                var statement = owner.createStatement()) {
            statement.execute("INSERT INTO customers (name) VALUES ('home again')");
        }
        assertThat(shop.engine.stopReverse(stream)).isEmpty();
        assertThat(shop.engine.stop(stream)).isEmpty();
        assertThat(shop.traces(source)).isEmpty();
        assertThat(shop.traces(target)).isEmpty();
        assertThat(shop.query(target, "SELECT 1 FROM pg_roles WHERE rolname = '" + shop.reader() + "'"))
                .isEmpty();
    }

    @Test
    void anUndoneCutoverCanBeTriedAgain() throws Exception {
        Writers first = new Writers(source, 1, 2);
        copyAndVerify();
        shop.engine.flush(stream, shop.engine.fence(stream.migrationId(), source, ClientHold.UNLIMITED));
        shop.engine.reverse(stream);
        first.awaitEnd();

        assertThat(shop.engine.stopReverse(stream)).isEmpty();
        shop.engine.unfence(stream.migrationId(), source);
        Writers second = new Writers(source, 3, 2);
        shop.engine.awaitConvergence(stream, GOAL, _ -> {});
        shop.engine.flush(stream, shop.engine.fence(stream.migrationId(), source, ClientHold.UNLIMITED));
        shop.engine.reverse(stream);
        second.awaitEnd();

        assertThat(second.acknowledged()).allMatch(last -> last > 3);
        assertThat(shop.contents(target)).isEqualTo(shop.contents(source));
        shop.execute(target, "INSERT INTO animals VALUES (77, 'owl')");
        Eventually.assertThat(
                "the old home follows",
                SOON,
                () -> assertThat(shop.contents(source)).isEqualTo(shop.contents(target)));
    }

    @Test
    void everyStepCanBeRepeated() throws Exception {
        CopyTotals totals = shop.engine.copy(stream, _ -> {});
        assertThat(shop.engine.copy(stream, _ -> {})).isEqualTo(totals);
        shop.engine.awaitConvergence(stream, GOAL, _ -> {});
        String digest = shop.engine.verify(stream).digest();
        assertThat(shop.engine.verify(stream).digest()).isEqualTo(digest);
        String position = shop.engine.fence(stream.migrationId(), source, ClientHold.UNLIMITED);
        shop.engine.fence(stream.migrationId(), source, ClientHold.UNLIMITED);
        shop.engine.flush(stream, position);
        shop.engine.flush(stream, position);
        shop.engine.reverse(stream);
        shop.execute(target, "INSERT INTO animals VALUES (78, 'heron')");
        shop.engine.reverse(stream);
        Eventually.assertThat(
                "the old home has it",
                SOON,
                () -> assertThat(shop.query(source, "SELECT name FROM animals WHERE id = 78"))
                        .containsExactly("heron"));
        shop.engine.stopReverse(stream);
        shop.engine.stopReverse(stream);
        shop.engine.stop(stream);
        assertThat(shop.engine.stop(stream)).isEmpty();
        shop.engine.unfence(stream.migrationId(), source);
        shop.engine.unfence(stream.migrationId(), source);
        PostgresServer.openOwner(source).close();
    }

    @Test
    void whatCameBackIsNotSentRoundWhenTheWayBackIsStoppedAnew() throws Exception {
        moveToTarget();
        shop.execute(target, "INSERT INTO animals VALUES (80, 'stork')");
        Eventually.assertThat(
                "the old home has it",
                SOON,
                () -> assertThat(shop.query(source, "SELECT name FROM animals WHERE id = 80"))
                        .containsExactly("stork"));

        shop.engine.stopReverse(stream);
        shop.engine.stopReverse(stream);

        assertThat(shop.query(
                        target,
                        "SELECT subname FROM pg_subscription WHERE subenabled AND subdbid ="
                                + " (SELECT oid FROM pg_database WHERE datname = current_database())"))
                .isEmpty();
    }

    @Test
    void undoingWhatNeverHappenedDoesNothing() throws Exception {
        assertThat(shop.engine.stopReverse(stream)).isEmpty();
        assertThat(shop.engine.stop(stream)).isEmpty();
        shop.engine.unfence(stream.migrationId(), source);
        PostgresServer.openOwner(source).close();
        assertThat(shop.traces(source)).isEmpty();
    }

    @Test
    void aStoppedCopyLeavesNothingOnEitherServer() throws Exception {
        copyAndVerify();
        assertThat(shop.traces(source)).anyMatch(trace -> trace.startsWith("identity of journal"));

        assertThat(shop.engine.stop(stream)).isEmpty();

        assertThat(shop.traces(source)).isEmpty();
        assertThat(shop.traces(target)).isEmpty();
        assertThat(shop.query(target, "SELECT 1 FROM pg_roles WHERE rolname = '" + shop.reader() + "'"))
                .isEmpty();
        assertThat(shop.records.all().keySet()).allMatch(key -> key.endsWith(PostgresCopy.BEGUN));
    }

    @Test
    void aSchemaChangedDuringTheMoveIsNamedAndStopsIt() throws Exception {
        copyAndVerify();
        shop.execute(source, "ALTER TABLE public.customers ADD COLUMN nickname text");
        String position = shop.engine.fence(stream.migrationId(), source, ClientHold.UNLIMITED);

        assertThatThrownBy(() -> shop.engine.flush(stream, position))
                .isInstanceOfSatisfying(ReplicationException.class, e -> {
                    assertThat(e.failure().code()).isEqualTo("SCHEMA_CHANGED");
                    assertThat(e.failure().message()).contains("public.customers.nickname");
                });
    }

    @Test
    void aRestartOfTheServiceDoesNotDisturbTheMove() throws Exception {
        copyAndVerify();
        shop.engine.close();
        try (PostgresEngine next = shop.newEngine()) {
            String position = next.fence(stream.migrationId(), source, ClientHold.UNLIMITED);
            next.flush(stream, position);
            next.reverse(stream);
        }
        shop.execute(target, "INSERT INTO animals VALUES (79, 'crane')");
        Eventually.assertThat(
                "the old home has it",
                SOON,
                () -> assertThat(shop.query(source, "SELECT name FROM animals WHERE id = 79"))
                        .containsExactly("crane"));
    }

    @Test
    void theOldHomeKeepsNoLogForAStreamThatIsOver() throws Exception {
        moveToTarget();
        String forward = PostgresNames.stream(stream);
        String before = forwardPosition(forward);

        // The tenant writes nothing; its neighbours on the same server do.
        shop.sourceServer.execute("postgres", "SELECT pg_logical_emit_message(false, 'test', repeat('x', 100000))");

        Eventually.assertThat(
                "the forward slot moves along",
                SOON,
                () -> assertThat(forwardPosition(forward)).isNotEqualTo(before));
    }

    private String forwardPosition(String slot) throws SQLException {
        return shop.query(
                        source, "SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name = '" + slot + "'")
                .getFirst();
    }

    @Test
    void aStreamThatIsNotThereIsNotWaitedFor() {
        assertThatThrownBy(() -> shop.engine.awaitConvergence(stream, GOAL, _ -> {}))
                .isInstanceOfSatisfying(
                        ReplicationException.class,
                        e -> assertThat(e.failure().code()).isEqualTo("STREAM_MISSING"));
    }

    @Test
    void aTargetThatIsNotEmptyIsLeftAlone() throws Exception {
        shop.execute(target, "CREATE TABLE precious (id integer); INSERT INTO precious VALUES (1)");

        assertThatThrownBy(() -> shop.engine.copy(stream, _ -> {}))
                .isInstanceOfSatisfying(
                        ReplicationException.class,
                        e -> assertThat(e.failure().code()).isEqualTo("TARGET_NOT_EMPTY"));

        assertThat(shop.query(target, "SELECT id FROM precious")).containsExactly("1");
        assertThat(shop.traces(source)).isEmpty();
    }

    private void moveToTarget() throws InterruptedException, SQLException {
        copyAndVerify();
        shop.engine.flush(stream, shop.engine.fence(stream.migrationId(), source, ClientHold.UNLIMITED));
        shop.engine.reverse(stream);
    }

    private void copyAndVerify() throws InterruptedException {
        shop.engine.copy(stream, _ -> {});
        shop.engine.awaitConvergence(stream, GOAL, _ -> {});
        shop.engine.verify(stream);
    }
}
