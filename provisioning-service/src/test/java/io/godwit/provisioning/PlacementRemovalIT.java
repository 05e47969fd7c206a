package io.godwit.provisioning;

import static io.godwit.provisioning.ProvisioningFixture.LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.Tier;
import io.godwit.events.ProvisioningCommand.DiscardTarget;
import io.godwit.events.ProvisioningEvent.TargetDiscarded;
import io.godwit.events.StepRef;
import io.godwit.events.TargetRequest;
import io.godwit.processes.ProcessIdentity;
import io.godwit.provisioning.registry.PlacementRepository;
import io.godwit.provisioning.registry.PlacementState;
import io.godwit.provisioning.registry.TenantDatabaseRepository;
import io.godwit.provisioning.registry.Transactions;
import io.godwit.testing.Eventually;
import io.godwit.testing.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PlacementRemovalIT {
    private static ProvisioningFixture service;
    private static ReceivedMessages received;

    @BeforeAll
    static void start() {
        service = new ProvisioningFixture(Map.of());
        received = new ReceivedMessages();
    }

    @AfterAll
    static void stop() {
        received.close();
        service.close();
    }

    @Test
    void removalWaitsForARouteThatIsBeingPublishedAndLeavesTheNewHomeAlone() throws Exception {
        MigratingTenant hooli = new MigratingTenant("hooli", service, received);
        StepRef step = hooli.migration("raced", "mig_raced");
        PlacedDatabase target = hooli.prepare(step, new TargetRequest(Tier.DEDICATED, null, null));
        CountDownLatch switched = new CountDownLatch(1);
        CountDownLatch commit = new CountDownLatch(1);
        Thread publishing = Thread.ofVirtual()
                .start(() ->
                        switchHome(step.databaseId().toString(), target.server().serverId(), switched, commit));
        assertThat(switched.await(30, TimeUnit.SECONDS)).isTrue();

        service.send(new DiscardTarget(step));
        Eventually.await("the removal to wait", LONG, service::waitsForALock);
        commit.countDown();
        publishing.join();

        received.await(TargetDiscarded.class, TargetDiscarded::step, step, 1);
        assertThat(hooli.placements("raced"))
                .contains("HOME on " + target.server().serverId());
        try (Connection owner = PostgresServer.openOwner(target)) {
            assertThat(owner.isValid(1)).isTrue();
        }
    }

    @Test
    void aRemovalThatHangsKeepsNoServerFromBeingWatched() throws Exception {
        MigratingTenant gavin = new MigratingTenant("gavin", service, received);
        StepRef step = gavin.migration("stuck", "mig_stuck");
        PlacedDatabase target = gavin.prepare(step, new TargetRequest(Tier.DEDICATED, null, null));
        // Nobody else needs this one while it is away.
        String watched = target.server().serverId();
        ProcessIdentity first =
                ProvisioningFixture.processOf(watched).findAlive().orElseThrow();
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch letGo = new CountDownLatch(1);
        Thread holding =
                Thread.ofVirtual().start(() -> holdDatabase(step.databaseId().toString(), held, letGo));
        assertThat(held.await(30, TimeUnit.SECONDS)).isTrue();
        leave(step, target);
        Eventually.await("the removal to wait", LONG, service::waitsForALock);

        ProvisioningFixture.killServer(watched);

        Eventually.await(
                "the server's return",
                LONG,
                () -> ProvisioningFixture.processOf(watched)
                        .findAlive()
                        .filter(process -> !process.equals(first))
                        .isPresent());
        assertThat(service.waitsForALock()).isTrue();
        letGo.countDown();
        holding.join();
        Eventually.assertThat(
                "the removal",
                LONG,
                () -> assertThat(gavin.placements("stuck")).containsExactly("HOME on " + gavin.home("stuck")));
    }

    @Test
    void aDatabaseGoesWithWhatAMoveHasLeftInIt() throws Exception {
        MigratingTenant laurie = new MigratingTenant("laurie", service, received);
        laurie.migration("remains", "mig_remains");
        PlacedDatabase home = service.placement("laurie", "remains");
        String deputy = "godwit_mig_remains_0123abcd_deputy";
        try (Connection admin = PostgresServer.connections().openAdmin(home.server(), home.databaseName());
                Statement statement = admin.createStatement()) {
            // Enabled and without an answer, as one is whose publisher has ended its part.
            statement.execute("CREATE SUBSCRIPTION godwit_mig_remains_0123abcd CONNECTION 'host=127.0.0.1 port=9'"
                    + " PUBLICATION godwit_gone WITH (connect = false, slot_name = 'godwit_gone')");
            statement.execute("ALTER SUBSCRIPTION godwit_mig_remains_0123abcd ENABLE");
            statement.execute("CREATE ROLE " + deputy);
            statement.execute("GRANT " + home.owner().user() + " TO " + deputy);
            statement.execute("GRANT CONNECT ON DATABASE " + home.databaseName() + " TO " + deputy);
        }

        assertThat(service.delete(laurie.path("remains")).status()).isEqualTo(204);

        try (Connection admin = PostgresServer.connections().openAdmin(home.server(), "postgres");
                Statement statement = admin.createStatement();
                ResultSet left = statement.executeQuery("SELECT datname FROM pg_database WHERE datname = '"
                        + home.databaseName() + "' UNION ALL SELECT rolname FROM pg_roles WHERE rolname IN ('" + deputy
                        + "', '" + home.owner().user() + "')")) {
            assertThat(left.next()).isFalse();
        }
    }

    /** As a removal leaves a placement that did not come to its end long ago. */
    private static void leave(StepRef step, PlacedDatabase target) {
        service.bean(Transactions.class)
                .run(() -> service.bean(PlacementRepository.class)
                        .findByDatabaseIdAndServerIdAndStateNot(
                                step.databaseId().toString(), target.server().serverId(), PlacementState.REMOVING)
                        .orElseThrow()
                        .become(PlacementState.REMOVING, step.migrationId(), Instant.EPOCH));
    }

    private static void holdDatabase(String database, CountDownLatch held, CountDownLatch letGo) {
        service.bean(Transactions.class).run(() -> {
            service.bean(TenantDatabaseRepository.class).findAndLock(database);
            held.countDown();
            awaitLetGo(letGo);
        });
    }

    private static void awaitLetGo(CountDownLatch latch) {
        try {
            if (!latch.await(2, TimeUnit.MINUTES)) {
                throw new IllegalStateException("nobody let the transaction commit");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** As the publishing of a route does it, with a long moment before the commit. */
    private static void switchHome(String database, String serverId, CountDownLatch switched, CountDownLatch commit) {
        service.bean(Transactions.class).run(() -> {
            PlacementRepository placements = service.bean(PlacementRepository.class);
            service.bean(TenantDatabaseRepository.class).findAndLock(database);
            placements.findHome(database).orElseThrow().become(PlacementState.FORMER, "mig_raced", Instant.now());
            placements.flush();
            placements
                    .findByDatabaseIdAndServerIdAndStateNot(database, serverId, PlacementState.REMOVING)
                    .orElseThrow()
                    .become(PlacementState.HOME, "mig_raced", Instant.now());
            placements.flush();
            switched.countDown();
            awaitLetGo(commit);
        });
    }
}
