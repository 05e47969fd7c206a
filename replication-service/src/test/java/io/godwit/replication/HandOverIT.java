package io.godwit.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.events.ReplicationCommand.HandOver;
import io.godwit.events.ReplicationCommand.InspectDatabase;
import io.godwit.events.ReplicationCommand.StopReplication;
import io.godwit.events.ReplicationCommand.StopReverse;
import io.godwit.events.ReplicationCommand.UnfenceSource;
import io.godwit.events.ReplicationEvent.DatabaseInspected;
import io.godwit.events.ReplicationEvent.HandedOver;
import io.godwit.events.ReplicationEvent.ReplicationFailed;
import io.godwit.events.ReplicationEvent.ReplicationStopped;
import io.godwit.events.ReplicationEvent.ReverseStopped;
import io.godwit.events.ReplicationEvent.SourceUnfenced;
import io.godwit.events.StepRef;
import io.godwit.testing.Eventually;
import io.godwit.testing.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The command that is carried out while applications wait. */
class HandOverIT {
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
    void handingOverIsOneCommandThatTheUndosTakeBack() throws Exception {
        DatabaseId id = new DatabaseId("handed", "orders");
        String migration = "mig_handed";
        PlacedDatabase source = OrdersDatabase.create("source", id, 1000);
        PlacedDatabase target = OrdersDatabase.create("target", id, 0);
        StepRef step = new StepRef(migration, id, 1);
        service.follow(step, source, target);

        service.send(id, new HandOver(step, source, target, true, HELD_UNTIL));
        HandedOver done = service.await(HandedOver.class, migration, 1).getFirst();
        assertThat(done.position()).matches("[0-9A-F]+/[0-9A-F]+");
        assertThat(done.sequences()).isEqualTo(1);
        assertThat(service.state(migration)).contains("hand-over").contains("DONE");
        assertThatThrownBy(() -> PostgresServer.openOwner(source)).isInstanceOf(SQLException.class);

        service.send(id, new UnfenceSource(step, source));
        service.await(SourceUnfenced.class, migration, 1);
        service.send(id, new StopReverse(step, source, target));
        service.await(ReverseStopped.class, migration, 1);
        PostgresServer.openOwner(source).close();
        service.send(id, new StopReplication(step, source, target));
        service.await(ReplicationStopped.class, migration, 1);
        assertThat(service.received(ReplicationFailed.class, migration)).isEmpty();
    }

    @Test
    void aHandOverThatComesTooLateIsNotBegun() throws Exception {
        DatabaseId id = new DatabaseId("overdue", "orders");
        String migration = "mig_overdue";
        PlacedDatabase source = OrdersDatabase.create("source", id, 10);
        PlacedDatabase target = OrdersDatabase.create("target", id, 0);
        StepRef step = new StepRef(migration, id, 1);

        service.send(id, new HandOver(step, source, target, true, Instant.now().minusSeconds(1)));
        service.send(id, new InspectDatabase(step, source, target.server()));

        service.await(DatabaseInspected.class, migration, 1);
        assertThat(service.state(migration)).doesNotContain("hand-over");
        PostgresServer.openOwner(source).close();
    }

    @Test
    void aHandOverInterruptedByARestartIsNotTakenUp() throws Exception {
        DatabaseId id = new DatabaseId("torn", "orders");
        String migration = "mig_torn";
        PlacedDatabase source = OrdersDatabase.create("source", id, 10);
        PlacedDatabase target = OrdersDatabase.create("target", id, 0);
        StepRef step = new StepRef(migration, id, 1);
        try (Connection blocking = PostgresServer.connections().openAdmin(source.server(), "postgres");
                Statement statement = blocking.createStatement()) {
            statement.execute("BEGIN; ALTER ROLE " + source.owner().user() + " CONNECTION LIMIT 50");
            service.send(id, new HandOver(step, source, target, false, HELD_UNTIL));
            service.awaitAccepted("hand-over", migration);
            service.restart();
            statement.execute("ROLLBACK");
        }

        assertThat(service.await(ReplicationFailed.class, migration, 1))
                .extracting(failed -> failed.failure().code())
                .containsExactly("HAND_OVER_INTERRUPTED");
        service.send(id, new UnfenceSource(step, source));
        service.await(SourceUnfenced.class, migration, 1);
    }

    @Test
    void aHandOverUnderWayIsEndedBeforeTheServiceStops() throws Exception {
        DatabaseId id = new DatabaseId("ended", "orders");
        String migration = "mig_ended";
        PlacedDatabase source = OrdersDatabase.create("source", id, 10);
        PlacedDatabase target = OrdersDatabase.create("target", id, 0);
        StepRef step = new StepRef(migration, id, 1);
        service.follow(step, source, target);
        CompletableFuture<Void> restart;
        try (Connection blocking = PostgresServer.connections().openAdmin(source.server(), "postgres");
                Statement statement = blocking.createStatement()) {
            statement.execute("BEGIN; ALTER ROLE " + source.owner().user() + " CONNECTION LIMIT 50");
            service.send(id, new HandOver(step, source, target, false, HELD_UNTIL));
            service.awaitAccepted("hand-over", migration);
            restart = CompletableFuture.runAsync(service::restart);
            Eventually.await("the service is told to stop", LONG, service::isStopping);
            Eventually.stays("the service is there", Duration.ofSeconds(2), service::isThere);
            statement.execute("ROLLBACK");
        }
        restart.join();

        service.await(HandedOver.class, migration, 1);
        service.send(id, new UnfenceSource(step, source));
        service.await(SourceUnfenced.class, migration, 1);
        service.send(id, new StopReplication(step, source, target));
        service.await(ReplicationStopped.class, migration, 1);
        assertThat(service.received(ReplicationFailed.class, migration)).isEmpty();
    }
}
