package io.godwit.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.events.ReplicationCommand.AwaitConvergence;
import io.godwit.events.ReplicationCommand.FenceSource;
import io.godwit.events.ReplicationCommand.FlushToTarget;
import io.godwit.events.ReplicationCommand.HandOver;
import io.godwit.events.ReplicationCommand.InspectDatabase;
import io.godwit.events.ReplicationCommand.PrepareReverse;
import io.godwit.events.ReplicationCommand.StartCopy;
import io.godwit.events.ReplicationCommand.StopReplication;
import io.godwit.events.ReplicationCommand.StopReverse;
import io.godwit.events.ReplicationCommand.UnfenceSource;
import io.godwit.events.ReplicationCommand.VerifyCopy;
import io.godwit.events.ReplicationEvent.CopyVerified;
import io.godwit.events.ReplicationEvent.DatabaseInspected;
import io.godwit.events.ReplicationEvent.HandedOver;
import io.godwit.events.ReplicationEvent.InitialSyncCompleted;
import io.godwit.events.ReplicationEvent.InitialSyncProgressed;
import io.godwit.events.ReplicationEvent.LagConverged;
import io.godwit.events.ReplicationEvent.LagMeasured;
import io.godwit.events.ReplicationEvent.ReplicationFailed;
import io.godwit.events.ReplicationEvent.ReplicationStopped;
import io.godwit.events.ReplicationEvent.ReverseStopped;
import io.godwit.events.ReplicationEvent.ReverseStreaming;
import io.godwit.events.ReplicationEvent.SourceFenced;
import io.godwit.events.ReplicationEvent.SourceUnfenced;
import io.godwit.events.ReplicationEvent.TargetCaughtUp;
import io.godwit.events.StepRef;
import io.godwit.testing.Eventually;
import io.godwit.testing.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ReplicationServiceIT {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Instant HELD_UNTIL = Instant.parse("9999-01-01T00:00:00Z");
    private static ReplicationFixture service;

    @BeforeAll
    static void startService() {
        service = new ReplicationFixture();
    }

    @AfterAll
    static void stopService() throws InterruptedException {
        service.close();
    }

    @Test
    void aWholeMoveIsDrivenByCommandsAndAnsweredByEvents() throws Exception {
        DatabaseId id = new DatabaseId("acme", "orders");
        String migration = "mig_whole";
        PlacedDatabase source = OrdersDatabase.create("source", id, 20_000);
        PlacedDatabase target = OrdersDatabase.create("target", id, 0);
        StepRef step = new StepRef(migration, id, 1);

        service.send(id, new InspectDatabase(step, source, target.server()));
        assertThat(service.await(DatabaseInspected.class, migration, 1)
                        .getFirst()
                        .tables())
                .isEqualTo(1);
        service.send(id, new StartCopy(step, source, target));
        assertThat(service.await(InitialSyncCompleted.class, migration, 1)
                        .getFirst()
                        .rows())
                .isEqualTo(20_000);
        assertThat(service.await(InitialSyncProgressed.class, migration, 1)
                        .getLast()
                        .percent())
                .isEqualTo(100);
        service.send(id, new AwaitConvergence(step, source, target, 500, 3));
        service.await(LagConverged.class, migration, 1);
        assertThat(service.received(LagMeasured.class, migration)).isNotEmpty();
        service.send(id, new VerifyCopy(step, source, target));
        assertThat(service.await(CopyVerified.class, migration, 1).getFirst().rows())
                .isEqualTo(20_000);

        service.send(id, new FenceSource(step, source, HELD_UNTIL));
        String position =
                service.await(SourceFenced.class, migration, 1).getFirst().position();
        service.send(id, new FlushToTarget(step, source, target, position));
        assertThat(service.await(TargetCaughtUp.class, migration, 1).getFirst().sequences())
                .isEqualTo(1);
        service.send(id, new PrepareReverse(step, source, target));
        service.await(ReverseStreaming.class, migration, 1);
        assertThat(value(target, "SELECT last_value FROM orders_id_seq")).isEqualTo("20000");
        assertThat(service.state(migration)).contains("prepare-reverse").contains("DONE");

        service.send(id, new StopReverse(step, source, target));
        assertThat(service.await(ReverseStopped.class, migration, 1).getFirst().leftovers())
                .isEmpty();
        service.send(id, new StopReplication(step, source, target));
        assertThat(service.await(ReplicationStopped.class, migration, 1)
                        .getFirst()
                        .leftovers())
                .isEmpty();
        service.send(id, new UnfenceSource(step, source));
        service.await(SourceUnfenced.class, migration, 1);
        assertThat(service.received(ReplicationFailed.class, migration)).isEmpty();
    }

    @Test
    void aRepeatedCommandIsAnsweredAgainButNotDoneAgain() throws Exception {
        DatabaseId id = new DatabaseId("twice", "orders");
        String migration = "mig_twice";
        PlacedDatabase source = OrdersDatabase.create("source", id, 1000);
        PlacedDatabase target = OrdersDatabase.create("target", id, 0);
        StartCopy copy = new StartCopy(new StepRef(migration, id, 1), source, target);

        service.send(id, copy);
        service.await(InitialSyncCompleted.class, migration, 1);
        String subscription = value(target, "SELECT oid FROM pg_subscription ORDER BY oid DESC LIMIT 1");
        service.send(id, copy);
        var answers = service.await(InitialSyncCompleted.class, migration, 2);

        assertThat(answers.get(1)).isEqualTo(answers.get(0));
        assertThat(value(target, "SELECT oid FROM pg_subscription ORDER BY oid DESC LIMIT 1"))
                .isEqualTo(subscription);
        service.send(id, new StopReplication(copy.step(), source, target));
        service.await(ReplicationStopped.class, migration, 1);
    }

    @Test
    void aCommandOfAnEarlierAttemptThatComesLateIsNotDone() throws Exception {
        DatabaseId id = new DatabaseId("late", "orders");
        String migration = "mig_late";
        PlacedDatabase source = OrdersDatabase.create("source", id, 10);
        StepRef second = new StepRef(migration, id, 2);
        StepRef third = new StepRef(migration, id, 3);

        service.send(id, new UnfenceSource(second, source));
        service.await(SourceUnfenced.class, migration, 1);
        service.send(id, new FenceSource(new StepRef(migration, id, 1), source, HELD_UNTIL));
        service.send(id, new FenceSource(third, source, HELD_UNTIL));
        service.await(SourceFenced.class, migration, 1);
        service.send(id, new UnfenceSource(second, source));
        service.send(id, new FenceSource(third, source, HELD_UNTIL));

        assertThat(service.await(SourceFenced.class, migration, 2))
                .extracting(SourceFenced::step)
                .containsOnly(third);
        assertThat(service.received(SourceUnfenced.class, migration)).hasSize(1);
        assertThatThrownBy(() -> PostgresServer.openOwner(source)).isInstanceOf(SQLException.class);
        service.send(id, new UnfenceSource(third, source));
        service.await(SourceUnfenced.class, migration, 2);
        PostgresServer.openOwner(source).close();
    }

    @Test
    void aStopEndsARunningCopyAtOnceAndTheCopyIsNotAnsweredAnyMore() throws Exception {
        DatabaseId id = new DatabaseId("stopped", "orders");
        String migration = "mig_stopped";
        PlacedDatabase source = OrdersDatabase.create("source", id, 400_000);
        PlacedDatabase target = OrdersDatabase.create("target", id, 0);
        StepRef step = new StepRef(migration, id, 1);

        service.send(id, new StartCopy(step, source, target));
        service.await(InitialSyncProgressed.class, migration, 1);
        service.send(id, new StopReplication(step, source, target));

        assertThat(service.await(ReplicationStopped.class, migration, 1)
                        .getFirst()
                        .leftovers())
                .isEmpty();
        assertThat(service.received(InitialSyncCompleted.class, migration)).isEmpty();
        assertThat(service.received(ReplicationFailed.class, migration)).isEmpty();
        assertThat(value(source, "SELECT count(*) FROM pg_replication_slots WHERE database = current_database()"))
                .isEqualTo("0");
    }

    @Test
    void aCopyThatWasGivenUpWhileItWaitedIsNotDone() throws Exception {
        DatabaseId id = new DatabaseId("waiting", "orders");
        String migration = "mig_waiting";
        PlacedDatabase source = OrdersDatabase.create("source", id, 1000);
        PlacedDatabase target = OrdersDatabase.create("target", id, 0);
        StepRef step = new StepRef(migration, id, 1);
        service.send(id, new FenceSource(step, source, HELD_UNTIL));
        service.await(SourceFenced.class, migration, 1);
        try (Connection blocking = PostgresServer.connections().openAdmin(source.server(), "postgres");
                Statement statement = blocking.createStatement()) {
            statement.execute("BEGIN; ALTER ROLE " + source.owner().user() + " CONNECTION LIMIT 50");
            service.send(id, new UnfenceSource(step, source));
            service.send(id, new StartCopy(step, source, target));
            service.send(id, new StopReplication(step, source, target));
            service.awaitAccepted("stop-replication", migration);
            statement.execute("ROLLBACK");
        }

        service.await(ReplicationStopped.class, migration, 1);
        assertThat(service.received(SourceUnfenced.class, migration)).hasSize(1);
        assertThat(service.received(InitialSyncProgressed.class, migration)).isEmpty();
    }

    @Test
    void aCopyInterruptedByARestartIsUndoneAndAnsweredSoThatItCanStartOver() throws Exception {
        DatabaseId id = new DatabaseId("restarted", "orders");
        String migration = "mig_restarted";
        PlacedDatabase source = OrdersDatabase.create("source", id, 400_000);
        PlacedDatabase target = OrdersDatabase.create("target", id, 0);

        service.send(id, new StartCopy(new StepRef(migration, id, 1), source, target));
        service.await(InitialSyncProgressed.class, migration, 1);
        service.restart();

        ReplicationFailed failed =
                service.await(ReplicationFailed.class, migration, 1).getFirst();
        assertThat(failed.failure().code()).isEqualTo("COPY_INTERRUPTED");
        assertThat(failed.command()).isEqualTo("StartCopy");
        assertThat(value(source, "SELECT count(*) FROM pg_replication_slots WHERE database = current_database()"))
                .isEqualTo("0");
        StepRef again = new StepRef(migration, id, 2);
        service.send(id, new StartCopy(again, source, target));
        assertThat(service.await(InitialSyncCompleted.class, migration, 1)
                        .getFirst()
                        .step())
                .isEqualTo(again);
        service.send(id, new StopReplication(again, source, target));
        service.await(ReplicationStopped.class, migration, 1);
    }

    @Test
    void aRestartInTheRollbackWindowLeavesTheOldHomeNoLogToKeep() throws Exception {
        DatabaseId id = new DatabaseId("idle", "orders");
        String migration = "mig_idle";
        PlacedDatabase source = OrdersDatabase.create("source", id, 100);
        PlacedDatabase target = OrdersDatabase.create("target", id, 0);
        StepRef step = new StepRef(migration, id, 1);
        service.follow(step, source, target);
        service.send(id, new HandOver(step, source, target, true, HELD_UNTIL));
        service.await(HandedOver.class, migration, 1);

        service.restart();
        String kept = "SELECT max(pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn))"
                + " FROM pg_replication_slots WHERE database = current_database()";
        value(source, "SELECT pg_logical_emit_message(false, 'neighbour', repeat('x', 5000000))");

        Eventually.assertThat(
                "the log to be let go",
                LONG,
                () -> assertThat(Long.parseLong(value(source, kept))).isLessThan(1_000_000));
        service.send(id, new StopReverse(step, source, target));
        service.await(ReverseStopped.class, migration, 1);
        service.send(id, new StopReplication(step, source, target));
        service.await(ReplicationStopped.class, migration, 1);
    }

    @Test
    void aFailureIsAnsweredWithItsCodeAndWithoutSecrets() throws Exception {
        DatabaseId id = new DatabaseId("failing", "orders");
        String migration = "mig_failing";
        PlacedDatabase source = OrdersDatabase.create("source", id, 10);
        PlacedDatabase target = OrdersDatabase.create("target", id, 10);

        service.send(id, new StartCopy(new StepRef(migration, id, 1), source, target));

        ReplicationFailed failed =
                service.await(ReplicationFailed.class, migration, 1).getFirst();
        assertThat(failed.failure().code()).isEqualTo("TARGET_NOT_EMPTY");
        assertThat(failed.failure().message()).contains("public.orders");
    }

    private static String value(PlacedDatabase database, String sql) throws Exception {
        try (Connection connection =
                        PostgresServer.connections().openAdmin(database.server(), database.databaseName());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
