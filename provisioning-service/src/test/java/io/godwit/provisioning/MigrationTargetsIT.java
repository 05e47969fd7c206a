package io.godwit.provisioning;

import static io.godwit.provisioning.ProvisioningFixture.LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.Tier;
import io.godwit.events.DatabaseRoute;
import io.godwit.events.MigrationStatus;
import io.godwit.events.ProvisioningCommand.DiscardTarget;
import io.godwit.events.ProvisioningCommand.PlanTarget;
import io.godwit.events.ProvisioningCommand.PrepareTarget;
import io.godwit.events.ProvisioningCommand.PublishRoute;
import io.godwit.events.ProvisioningCommand.RetireSource;
import io.godwit.events.ProvisioningEvent.DatabasePrepared;
import io.godwit.events.ProvisioningEvent.PreparationFailed;
import io.godwit.events.ProvisioningEvent.RoutePublished;
import io.godwit.events.ProvisioningEvent.RouteRefused;
import io.godwit.events.ProvisioningEvent.SourceRetired;
import io.godwit.events.ProvisioningEvent.TargetDiscarded;
import io.godwit.events.ProvisioningEvent.TargetPlanned;
import io.godwit.events.StepRef;
import io.godwit.events.TargetRequest;
import io.godwit.testing.Eventually;
import io.godwit.testing.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class MigrationTargetsIT {
    private static final TargetRequest DEDICATED = new TargetRequest(Tier.DEDICATED, null, null);

    private static ProvisioningFixture service;
    private static ReceivedMessages received;
    private static MigratingTenant umbrella;

    @BeforeAll
    static void start() throws Exception {
        service = new ProvisioningFixture(Map.of());
        received = new ReceivedMessages();
        umbrella = new MigratingTenant("umbrella", service, received);
        service.createTenant("stark");
    }

    @AfterAll
    static void stop() throws Exception {
        received.close();
        service.close();
    }

    @Test
    void databaseMovesToAServerMadeForItAndItsSourceIsRetired() throws Exception {
        StepRef step = umbrella.migration("moved", "mig_move");
        String home = umbrella.home("moved");
        service.send(new PlanTarget(step, DEDICATED));
        TargetPlanned planned = received.await(TargetPlanned.class, TargetPlanned::step, step, 1)
                .getFirst();
        assertThat(planned.epoch()).isEqualTo(1);
        assertThat(planned.source().server().serverId()).isEqualTo(home);
        assertThat(planned.target().serverId()).isNull();
        assertThat(planned.target().provider()).isEqualTo("process");

        PlacedDatabase target = umbrella.prepare(step, DEDICATED);
        assertThat(target.databaseName()).isEqualTo("moved__umbrella");
        try (Connection connection = PostgresServer.openOwner(target)) {
            assertThat(connection.isValid(1)).isTrue();
        }
        assertThat(umbrella.home("moved")).isEqualTo(home);

        String serverId = target.server().serverId();
        service.send(new PublishRoute(step, 1, serverId));
        RoutePublished published = received.await(RoutePublished.class, RoutePublished::step, step, 1)
                .getFirst();
        assertThat(published.epoch()).isEqualTo(2);
        assertThat(umbrella.home("moved")).isEqualTo(serverId);
        assertThat(service.get(umbrella.path("moved")).body().path("tier").stringValue())
                .isEqualTo("dedicated");
        Eventually.await(
                "the new route",
                LONG,
                () -> received.routesOf("umbrella/moved").stream()
                        .flatMap(Optional::stream)
                        .anyMatch(route ->
                                route.epoch() == 2 && route.backend().serverId().equals(serverId)));
        assertThat(umbrella.placements("moved")).containsExactlyInAnyOrder("HOME on " + serverId, "FORMER on " + home);
        // Until the window for a rollback has ended, the old one is kept.
        assertThat(service.delete(umbrella.path("moved")).code()).isEqualTo("DATABASE_BUSY");

        service.send(new RetireSource(step, home));
        service.send(new RetireSource(step, home));
        List<SourceRetired> retired = received.await(SourceRetired.class, SourceRetired::step, step, 2);
        assertThat(retired).allSatisfy(answer -> assertThat(answer.leftovers()).isEmpty());
        assertThat(databasesOn(planned.source())).doesNotContain("moved__umbrella");
        assertThat(service.get(umbrella.path("moved")).status()).isEqualTo(200);
    }

    @Test
    void commandsDeliveredTwiceDoNothingTwiceAndAreAnsweredAgain() throws Exception {
        StepRef step = umbrella.migration("twice", "mig_twice");
        service.send(new PrepareTarget(step, DEDICATED));
        service.send(new PrepareTarget(step, DEDICATED));
        List<DatabasePrepared> prepared = received.await(DatabasePrepared.class, DatabasePrepared::step, step, 2);
        assertThat(prepared)
                .extracting(answer -> answer.target().server().serverId())
                .containsOnly(prepared.getFirst().target().server().serverId());

        String serverId = prepared.getFirst().target().server().serverId();
        service.send(new PublishRoute(step, 1, serverId));
        service.send(new PublishRoute(step, 1, serverId));
        List<RoutePublished> published = received.await(RoutePublished.class, RoutePublished::step, step, 2);
        assertThat(published).extracting(RoutePublished::epoch).containsOnly(2L);
        assertThat(umbrella.epoch("twice")).isEqualTo(2);
    }

    @Test
    void routeChangesOnlyFromTheExpectedEpochAndToAPreparedServer() throws Exception {
        StepRef step = umbrella.migration("guarded", "mig_guarded");
        String home = umbrella.home("guarded");
        PlacedDatabase target = umbrella.prepare(step, DEDICATED);

        service.send(new PublishRoute(step, 7, target.server().serverId()));
        service.send(new PublishRoute(step, 1, "srv_unknown"));
        service.send(new PublishRoute(
                another(step, "mig_stranger"), 1, target.server().serverId()));

        assertThat(received.await(RouteRefused.class, RouteRefused::step, step, 2))
                .extracting(refused -> refused.failure().code())
                .containsExactly("ROUTE_EPOCH_STALE", "TARGET_NOT_PREPARED");
        assertThat(received.await(RouteRefused.class, RouteRefused::step, another(step, "mig_stranger"), 1))
                .extracting(refused -> refused.failure().code())
                .containsExactly("TARGET_NOT_PREPARED");
        assertThat(umbrella.home("guarded")).isEqualTo(home);
        assertThat(umbrella.epoch("guarded")).isEqualTo(1);
    }

    @Test
    void rollbackLeadsBackAndTheAbandonedServerGoes() throws Exception {
        StepRef step = umbrella.migration("back", "mig_back");
        String home = umbrella.home("back");
        String target = umbrella.prepare(step, DEDICATED).server().serverId();
        service.send(new PublishRoute(step, 1, target));
        received.await(RoutePublished.class, RoutePublished::step, step, 1);

        service.send(new PublishRoute(step, 2, home));
        assertThat(received.await(RoutePublished.class, RoutePublished::step, step, 2))
                .extracting(RoutePublished::epoch)
                .containsExactly(2L, 3L);
        assertThat(umbrella.home("back")).isEqualTo(home);
        assertThat(service.get(umbrella.path("back")).body().path("tier").stringValue())
                .isEqualTo("shared");

        service.send(new RetireSource(step, home));
        service.send(new RetireSource(step, target));
        List<SourceRetired> retired = received.await(SourceRetired.class, SourceRetired::step, step, 2);
        assertThat(retired.getFirst().leftovers()).singleElement().asString().contains("is its home");
        assertThat(retired.getLast().leftovers()).isEmpty();
        assertThat(ProvisioningFixture.directoryOf(target)).isEmpty();
        assertThat(ProvisioningFixture.processOf(target).findAlive()).isEmpty();
        assertThat(service.get(umbrella.path("back")).status()).isEqualTo(200);
    }

    @Test
    void sourceInItsRollbackWindowIsRetiredByItsOwnMigrationOnly() throws Exception {
        StepRef step = umbrella.migration("kept", "mig_kept");
        String home = umbrella.home("kept");
        service.send(new PublishRoute(
                step, 1, umbrella.prepare(step, DEDICATED).server().serverId()));
        received.await(RoutePublished.class, RoutePublished::step, step, 1);
        StepRef earlier = another(step, "mig_earlier");

        service.send(new RetireSource(earlier, home));

        assertThat(received.await(SourceRetired.class, SourceRetired::step, earlier, 1)
                        .getFirst()
                        .leftovers())
                .singleElement()
                .asString()
                .contains("belongs to migration mig_kept");
        assertThat(umbrella.placements("kept")).contains("FORMER on " + home);
        service.send(new PublishRoute(step, 2, home));
        assertThat(received.await(RoutePublished.class, RoutePublished::step, step, 2))
                .extracting(RoutePublished::epoch)
                .contains(3L);
    }

    @Test
    void discardedTargetLeavesNothingEvenWhenItsServerIsDead() throws Exception {
        StepRef step = umbrella.migration("dropped", "mig_dropped");
        String server = umbrella.prepare(step, DEDICATED).server().serverId();
        ProvisioningFixture.killServer(server);

        service.send(new DiscardTarget(step));
        received.await(TargetDiscarded.class, TargetDiscarded::step, step, 1);

        assertThat(ProvisioningFixture.directoryOf(server)).isEmpty();
        assertThat(ProvisioningFixture.processOf(server).findAlive()).isEmpty();
        assertThat(service.get("/api/v1/servers/" + server).code()).isEqualTo("SERVER_NOT_FOUND");
        // The same can be asked for again, and what never was can be discarded.
        StepRef again = new StepRef(step.migrationId(), step.databaseId(), 2);
        umbrella.prepare(again, DEDICATED);
        service.send(new DiscardTarget(again));
        received.await(TargetDiscarded.class, TargetDiscarded::step, again, 1);
        StepRef never = another(step, "mig_never");
        service.send(new DiscardTarget(never));
        received.await(TargetDiscarded.class, TargetDiscarded::step, never, 1);
        assertThat(service.get(umbrella.path("dropped")).status()).isEqualTo(200);
    }

    @Test
    void lateCommandOfAnAttemptThatWasTakenBackPreparesNothing() throws Exception {
        StepRef first = umbrella.migration("late", "mig_late");
        String home = umbrella.home("late");
        StepRef undo = new StepRef(first.migrationId(), first.databaseId(), 2);
        service.send(new DiscardTarget(undo));

        service.send(new PrepareTarget(first, DEDICATED));

        // The same lane does one thing after the other.
        service.send(new RetireSource(undo, "srv_none"));
        received.await(SourceRetired.class, SourceRetired::step, undo, 1);
        assertThat(received.answers(DatabasePrepared.class, DatabasePrepared::step, first))
                .isEmpty();
        assertThat(received.answers(PreparationFailed.class, PreparationFailed::step, first))
                .isEmpty();
        assertThat(umbrella.placements("late")).containsExactly("HOME on " + home);
        StepRef second = new StepRef(first.migrationId(), first.databaseId(), 3);
        umbrella.prepare(second, DEDICATED);
        service.send(new DiscardTarget(second));
        received.await(TargetDiscarded.class, TargetDiscarded::step, second, 1);
    }

    @Test
    void preparedDatabaseHasTheOptionsOfItsSource() throws Exception {
        StepRef step = umbrella.migration("german", "mig_german");
        PlacedDatabase source = service.placement("umbrella", "german");
        try (Connection admin = PostgresServer.connections().openAdmin(source.server(), "postgres");
                Statement statement = admin.createStatement()) {
            statement.execute("DROP DATABASE german__umbrella");
            statement.execute("CREATE DATABASE german__umbrella OWNER german__umbrella TEMPLATE template0"
                    + " ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'de-DE' LC_COLLATE 'C' LC_CTYPE 'C'");
        }

        PlacedDatabase target = umbrella.prepare(step, DEDICATED);

        try (Connection admin = PostgresServer.connections().openAdmin(target.server(), "postgres");
                Statement statement = admin.createStatement();
                ResultSet row = statement.executeQuery("SELECT datlocprovider, daticulocale, datcollate,"
                        + " pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'german__umbrella'")) {
            row.next();
            assertThat(List.of(row.getString(1), row.getString(2), row.getString(3), row.getString(4)))
                    .containsExactly("i", "de-DE", "C", "UTF8");
        }
        service.send(new DiscardTarget(step));
        received.await(TargetDiscarded.class, TargetDiscarded::step, step, 1);
    }

    @Test
    void planThatCanNotBeIsRefusedWithItsCode() throws Exception {
        StepRef step = umbrella.migration("planned", "mig_planned");
        String home = umbrella.home("planned");
        service.createDatabase("stark", "suit", "dedicated");
        String occupied = service.get("/api/v1/tenants/stark/databases/suit")
                .body()
                .path("serverId")
                .stringValue();

        assertThat(umbrella.refusal(step, new TargetRequest(Tier.SHARED, null, home)))
                .isEqualTo("ALREADY_ON_SERVER");
        assertThat(umbrella.refusal(step, new TargetRequest(Tier.SHARED, null, "srv_none")))
                .isEqualTo("SERVER_NOT_FOUND");
        assertThat(umbrella.refusal(step, new TargetRequest(Tier.SHARED, null, occupied)))
                .isEqualTo("SERVER_TIER_MISMATCH");
        assertThat(umbrella.refusal(step, new TargetRequest(Tier.DEDICATED, "moon", occupied)))
                .isEqualTo("SERVER_REGION_MISMATCH");
        assertThat(umbrella.refusal(step, new TargetRequest(Tier.DEDICATED, null, occupied)))
                .isEqualTo("SERVER_OCCUPIED");
        StepRef unknown = new StepRef("mig_unknown", new DatabaseId("umbrella", "unknown"), 1);
        assertThat(umbrella.refusal(unknown, DEDICATED)).isEqualTo("DATABASE_NOT_FOUND");
    }

    @Test
    void secondMigrationOfTheSameDatabasePreparesNothing() throws Exception {
        StepRef step = umbrella.migration("single", "mig_first");
        umbrella.prepare(step, DEDICATED);
        StepRef second = another(step, "mig_second");

        service.send(new PrepareTarget(second, DEDICATED));

        assertThat(received.await(PreparationFailed.class, PreparationFailed::step, second, 1))
                .extracting(failed -> failed.failure().code())
                .containsExactly("MIGRATION_IN_PROGRESS");
        service.send(new DiscardTarget(step));
        received.await(TargetDiscarded.class, TargetDiscarded::step, step, 1);
    }

    @Test
    void acceptedWorkIsDoneByTheNextLifeOfTheService() throws Exception {
        StepRef step = umbrella.migration("resumed", "mig_resumed");
        service.send(new PrepareTarget(step, DEDICATED));
        Eventually.await(
                "a server being made",
                LONG,
                () -> service.get("/api/v1/servers?limit=200")
                        .body()
                        .path("items")
                        .valueStream()
                        .anyMatch(server -> server.path("status").stringValue().equals("creating")));

        service.restart();

        PlacedDatabase target = received.await(DatabasePrepared.class, DatabasePrepared::step, step, 1)
                .getFirst()
                .target();
        try (Connection connection = PostgresServer.openOwner(target)) {
            assertThat(connection.isValid(1)).isTrue();
        }
        // A service that starts tells all routes again, with the same epochs.
        Eventually.await(
                "the route twice",
                LONG,
                () -> received.routesOf("umbrella/resumed").stream()
                                .flatMap(Optional::stream)
                                .filter(route -> route.epoch() == 1)
                                .count()
                        >= 2);
        assertThat(received.routesOf("umbrella/resumed").stream()
                        .flatMap(Optional::stream)
                        .map(DatabaseRoute::epoch))
                .containsOnly(1L);
        service.send(new DiscardTarget(step));
        received.await(TargetDiscarded.class, TargetDiscarded::step, step, 1);
    }

    @Test
    void migratingDatabaseShowsItAndIsNotDeleted() throws Exception {
        StepRef step = umbrella.migration("busy", "mig_busy");
        umbrella.publish(step, 1, MigrationStatus.MIGRATING_SYNC);
        Eventually.await(
                "the status",
                LONG,
                () -> service.get(umbrella.path("busy"))
                        .body()
                        .path("status")
                        .stringValue()
                        .equals("migrating_sync"));
        assertThat(service.delete(umbrella.path("busy")).code()).isEqualTo("DATABASE_BUSY");

        umbrella.publish(step, 2, MigrationStatus.FAILED);
        Eventually.await(
                "the status",
                LONG,
                () -> service.get(umbrella.path("busy"))
                        .body()
                        .path("status")
                        .stringValue()
                        .equals("failed"));
        assertThat(service.get(umbrella.path("busy"))
                        .body()
                        .at("/lastMigration/id")
                        .stringValue())
                .isEqualTo("mig_busy");
        assertThat(service.delete(umbrella.path("busy")).status()).isEqualTo(204);
    }

    private static StepRef another(StepRef step, String migrationId) {
        return new StepRef(migrationId, step.databaseId(), step.attempt());
    }

    private static List<String> databasesOn(PlacedDatabase database) throws Exception {
        try (Connection admin = PostgresServer.connections().openAdmin(database.server(), "postgres");
                Statement statement = admin.createStatement();
                ResultSet row = statement.executeQuery("SELECT string_agg(datname, ',') FROM pg_database")) {
            row.next();
            return List.of(row.getString(1).split(","));
        }
    }
}
