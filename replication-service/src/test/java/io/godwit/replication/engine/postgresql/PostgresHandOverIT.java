package io.godwit.replication.engine.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.engines.PlacedDatabase;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.ClientHold;
import io.godwit.replication.engine.ConvergenceGoal;
import io.godwit.replication.engine.HandOverResult;
import io.godwit.replication.engine.ReplicationException;
import io.godwit.testing.Eventually;
import io.godwit.testing.PostgresServer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PostgresHandOverIT {
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
    void everyAcknowledgedWriteIsOnTheNewHomeAndTheOldOneIsClosedAndFollows() throws Exception {
        Writers writers = new Writers(source, 1, 3);
        copyAndVerify();
        assertThat(writers.anyRuns()).isTrue();

        HandOverResult done = shop.engine.handOver(stream, true, ClientHold.UNLIMITED);
        writers.awaitEnd();

        assertThat(done.sequences()).isEqualTo(4);
        assertHasAll(target, writers.acknowledged());
        assertThat(shop.contents(target)).isEqualTo(shop.contents(source));
        assertThat(shop.sequences(target)).isEqualTo(shop.sequences(source));
        assertThatThrownBy(() -> PostgresServer.openOwner(source)).isInstanceOf(SQLException.class);
        assertFollows(source, target);
    }

    @Test
    void handedOverAgainNothingChangesAndTheAnswerIsTheSame() throws Exception {
        copyAndVerify();
        HandOverResult first = shop.engine.handOver(stream, true, ClientHold.UNLIMITED);
        shop.execute(target, "INSERT INTO animals VALUES (90, 'stork')");

        HandOverResult second = shop.engine.handOver(stream, true, ClientHold.UNLIMITED);

        assertThat(second).isEqualTo(first);
        assertFollows(source, target);
    }

    @Test
    void nobodyAsksInThePauseWhichWayTheMoveGoes() throws Exception {
        copyAndVerify();
        int asked = shop.records.asked(PostgresPhysicalWay.RECORD);

        shop.engine.handOver(stream, true, ClientHold.UNLIMITED);
        shop.engine.unfence(stream.migrationId(), source);

        assertThat(shop.records.asked(PostgresPhysicalWay.RECORD)).isEqualTo(asked);
    }

    @Test
    void aServiceThatStartsAnewHandsOverWhatAnotherHasPrepared() throws Exception {
        copyAndVerify();
        try (PostgresEngine next = shop.newEngine()) {
            next.handOver(stream, true, ClientHold.UNLIMITED);
        }
        assertFollows(source, target);
    }

    @Test
    void withoutAWayBackTheSourceStandsStill() throws Exception {
        copyAndVerify();
        shop.engine.handOver(stream, false, ClientHold.UNLIMITED);
        shop.execute(target, "INSERT INTO animals VALUES (91, 'ibis')");

        HandOverResult again = shop.engine.handOver(stream, false, ClientHold.UNLIMITED);

        assertThat(again.sequences()).isEqualTo(4);
        assertThat(shop.query(source, "SELECT 1 FROM animals WHERE id = 91")).isEmpty();
        assertThat(shop.engine.stopReverse(stream)).isEmpty();
        assertThat(shop.engine.stop(stream)).isEmpty();
        assertThat(shop.traces(source)).isEmpty();
        assertThat(shop.traces(target)).isEmpty();
    }

    @Test
    void theOldHomeTakesOverAgainWithTheWritesMadeSince() throws Exception {
        copyAndVerify();
        shop.engine.handOver(stream, true, ClientHold.UNLIMITED);
        Writers writers = new Writers(target, 1, 2);
        Eventually.await(
                "each writer has written",
                SOON,
                () -> writers.acknowledged().stream().allMatch(last -> last > 10));

        HandOverResult back = shop.engine.handOver(stream.reversed(), false, ClientHold.UNLIMITED);
        shop.engine.unfence(stream.migrationId(), source);
        writers.awaitEnd();

        assertThat(back.sequences()).isEqualTo(4);
        assertHasAll(source, writers.acknowledged());
        assertThat(shop.contents(source)).isEqualTo(shop.contents(target));
        assertThat(shop.sequences(source)).isEqualTo(shop.sequences(target));
        PostgresServer.openOwner(source).close();
        assertThatThrownBy(() -> PostgresServer.openOwner(target)).isInstanceOf(SQLException.class);
    }

    @Test
    void whatWasHandedOverCanBeTakenBackAndHandedOverAgain() throws Exception {
        Writers first = new Writers(source, 1, 2);
        copyAndVerify();
        shop.engine.handOver(stream, true, ClientHold.UNLIMITED);
        first.awaitEnd();

        shop.engine.unfence(stream.migrationId(), source);
        assertThat(shop.engine.stopReverse(stream)).isEmpty();
        Writers second = new Writers(source, 3, 2);
        shop.engine.awaitConvergence(stream, GOAL, _ -> {});
        shop.engine.handOver(stream, true, ClientHold.UNLIMITED);
        second.awaitEnd();

        assertThat(second.acknowledged()).allMatch(last -> last > 3);
        assertThat(shop.contents(target)).isEqualTo(shop.contents(source));
        assertFollows(source, target);
    }

    @Test
    void aSchemaChangedDuringTheMoveIsNamedAndTheStreamIsNotTurned() throws Exception {
        copyAndVerify();
        shop.execute(source, "ALTER TABLE public.customers ADD COLUMN nickname text");

        assertThatThrownBy(() -> shop.engine.handOver(stream, true, ClientHold.UNLIMITED))
                .isInstanceOfSatisfying(ReplicationException.class, e -> {
                    assertThat(e.failure().code()).isEqualTo("SCHEMA_CHANGED");
                    assertThat(e.failure().message()).contains("public.customers.nickname");
                });

        shop.execute(source, "ALTER TABLE public.customers DROP COLUMN nickname");
        shop.engine.unfence(stream.migrationId(), source);
        try (var owner = PostgresServer.openOwner(source);
                var statement = owner.createStatement()) {
            statement.execute("INSERT INTO animals VALUES (92, 'swift')");
        }
        Eventually.assertThat(
                "the target still follows",
                SOON,
                () -> assertThat(shop.query(target, "SELECT name FROM animals WHERE id = 92"))
                        .containsExactly("swift"));
    }

    private void assertHasAll(PlacedDatabase database, List<Integer> acknowledged) throws SQLException {
        for (int writer = 1; writer <= acknowledged.size(); writer++) {
            int last = acknowledged.get(writer - 1);
            assertThat(last).isGreaterThan(10);
            assertThat(shop.query(
                            database,
                            "SELECT count(DISTINCT n) || ' ' || count(*) FROM journal WHERE n <= " + last
                                    + " AND writer = " + writer))
                    .containsExactly(last + " " + last);
        }
    }

    private void assertFollows(PlacedDatabase follower, PlacedDatabase home) throws Exception {
        shop.execute(home, "INSERT INTO animals VALUES (99, 'crane')");
        Eventually.assertThat(
                "the old home follows",
                SOON,
                () -> assertThat(shop.contents(follower)).isEqualTo(shop.contents(home)));
    }

    private void copyAndVerify() throws InterruptedException {
        shop.engine.copy(stream, _ -> {});
        shop.engine.awaitConvergence(stream, GOAL, _ -> {});
        shop.engine.verify(stream);
    }
}
