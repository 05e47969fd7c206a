package io.godwit.provisioning;

import static io.godwit.provisioning.OnServer.awaitNumber;
import static io.godwit.provisioning.OnServer.number;
import static io.godwit.provisioning.ProvisioningFixture.LONG;
import static io.godwit.provisioning.WholeServerMoves.DEDICATED;
import static io.godwit.provisioning.WholeServerMoves.ROWS;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.Tier;
import io.godwit.events.ProvisioningCommand.DiscardTarget;
import io.godwit.events.ProvisioningCommand.PrepareStandby;
import io.godwit.events.ProvisioningCommand.PrepareTarget;
import io.godwit.events.ProvisioningCommand.RetireSource;
import io.godwit.events.ProvisioningEvent.PreparationFailed;
import io.godwit.events.ProvisioningEvent.SourceRetired;
import io.godwit.events.ProvisioningEvent.TargetDiscarded;
import io.godwit.events.StepRef;
import io.godwit.events.TargetRequest;
import io.godwit.provisioning.registry.Placement;
import io.godwit.provisioning.registry.PlacementRepository;
import io.godwit.provisioning.registry.PlacementState;
import io.godwit.provisioning.registry.Transactions;
import io.godwit.testing.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** What may be done with the two servers of a move of a whole server besides the move. */
class StandbyServersIT {
    private static final String STREAMS =
            "SELECT count(*) FROM pg_stat_wal_receiver WHERE status = 'streaming' AND pg_is_in_recovery()";

    private static ProvisioningFixture service;
    private static ReceivedMessages received;
    private static MigratingTenant tenant;
    private static WholeServerMoves moves;

    @BeforeAll
    static void start() throws Exception {
        service = new ProvisioningFixture(Map.of());
        received = new ReceivedMessages();
        tenant = new MigratingTenant("acme", service, received);
        moves = new WholeServerMoves("acme", service, received);
    }

    @AfterAll
    static void stop() throws Exception {
        received.close();
        service.close();
    }

    @Test
    void neitherOfTheTwoServersTakesAnotherDatabase() throws Exception {
        StepRef step = moves.dedicated("orders", "mig_orders");
        PlacedDatabase source = service.placement("acme", "orders");
        PlacedDatabase target = move(step);
        awaitNumber(source, STREAMS, 1);
        tenant.migration("other", "mig_other");

        for (PlacedDatabase side : new PlacedDatabase[] {source, target}) {
            String server = side.server().serverId();
            StepRef other = new StepRef("mig_other_" + server, new DatabaseId("acme", "other"), 1);
            service.send(new PrepareTarget(other, new TargetRequest(Tier.DEDICATED, null, server)));
            assertThat(preparationFailure(other)).isEqualTo("SERVER_MOVES_AS_A_WHOLE");
            assertThat(service.post(
                                    "/api/v1/tenants/acme/databases/adopted/adopt",
                                    "{\"server\":\"%s\",\"database\":\"any\"}".formatted(server))
                            .code())
                    .isEqualTo("SERVER_MOVES_AS_A_WHOLE");
        }

        assertThat(number(source, STREAMS)).isOne();
        service.send(new RetireSource(step, source.server().serverId()));
        assertThat(retired(step).leftovers()).isEmpty();
        assertThat(ProvisioningFixture.directoryOf(source.server().serverId())).isEmpty();
    }

    @Test
    void aServerWithASecondDatabaseGetsNoStandby() throws Exception {
        StepRef step = moves.dedicated("crowded", "mig_crowded");
        PlacedDatabase home = service.placement("acme", "crowded");
        record("second", home);

        service.send(new PrepareStandby(step, DEDICATED));

        assertThat(preparationFailure(step)).isEqualTo("SERVER_HOLDS_OTHERS");
        assertThat(tenant.placements("crowded"))
                .containsExactly("HOME on " + home.server().serverId());
    }

    @Test
    void aDrainNamesTheDatabaseThatIsOnItsWayToTheServer() throws Exception {
        StepRef step = moves.dedicated("arriving", "mig_arriving");
        String home = tenant.home("arriving");
        String target = moves.prepare(step).server().serverId();

        JsonNode drained = service.post("/api/v1/servers/" + target + "/drain", "{}")
                .body()
                .path("databases");

        assertThat(drained.size()).isOne();
        assertThat(drained.at("/0/database").stringValue()).isEqualTo("acme/arriving");
        assertThat(drained.at("/0/code").stringValue()).isEqualTo("MIGRATION_IN_PROGRESS");
        assertThat(drained.at("/0/detail").stringValue()).contains("mig_arriving");
        assertThat(drained.at("/0/migration").isNull()).isTrue();
        assertThat(tenant.home("arriving")).isEqualTo(home);
    }

    @Test
    void aStandbyOnWhichAnotherDatabaseIsRecordedKeepsItsData() throws Exception {
        StepRef step = moves.dedicated("kept", "mig_kept");
        PlacedDatabase source = service.placement("acme", "kept");
        move(step);
        awaitNumber(source, STREAMS, 1);
        record("stranger", source);

        service.send(new RetireSource(step, source.server().serverId()));

        assertThat(retired(step).leftovers())
                .singleElement()
                .asString()
                .contains(source.server().serverId(), "another database");
        assertThat(number(source, ROWS)).isOne();
    }

    @Test
    void aStandbyWhoseLeaderIsGoneCanBeRemoved() throws Exception {
        StepRef step = moves.dedicated("orphan", "mig_orphan");
        String leader = tenant.home("orphan");
        String standby = moves.prepare(step).server().serverId();
        JdbcClient registry = service.bean(JdbcClient.class);

        service.bean(Transactions.class).run(() -> {
            registry.sql("DELETE FROM placement WHERE server_id = ?")
                    .param(leader)
                    .update();
            registry.sql("DELETE FROM server WHERE id = ?").param(leader).update();
            registry.sql("UPDATE server SET status = 'REMOVING' WHERE id = ?")
                    .param(standby)
                    .update();
        });

        Eventually.await(
                "the end of the standby",
                LONG,
                () -> service.get("/api/v1/servers/" + standby).code().equals("SERVER_NOT_FOUND"));
        assertThat(ProvisioningFixture.directoryOf(standby)).isEmpty();
    }

    @Test
    void aStandbyIsRemovedAlsoWhileItIsStartedWithACopyThatTakesLong() throws Exception {
        StepRef step = moves.dedicated("copied", "mig_copied");
        PlacedDatabase source = service.placement("acme", "copied");
        String standby = moves.prepare(step).server().serverId();
        Path data = ProvisioningFixture.directoryOf(standby).orElseThrow().resolve("data");
        long checkpointer = number(source, "SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'");
        signal("STOP", checkpointer);
        try {
            Files.move(data, data.resolveSibling("lost"));
            ProvisioningFixture.killServer(standby);
            awaitNumber(source, "SELECT count(*) FROM pg_stat_progress_basebackup", 1);

            service.send(new DiscardTarget(step));

            received.await(TargetDiscarded.class, TargetDiscarded::step, step, 1);
            assertThat(ProvisioningFixture.directoryOf(standby)).isEmpty();
        } finally {
            signal("CONT", checkpointer);
        }
        assertThat(number(source, "SELECT count(*) FROM pg_replication_slots")).isZero();
    }

    private static void signal(String signal, long pid) throws Exception {
        new ProcessBuilder("/bin/sh", "-c", "kill -s \"$0\" \"$1\"", signal, Long.toString(pid))
                .start()
                .waitFor();
    }

    /** Records a database as living on the server, which it does not. */
    private static void record(String name, PlacedDatabase there) {
        DatabaseId id = new DatabaseId("acme", name);
        service.bean(Transactions.class).run(() -> {
            Placement placement = new Placement(
                    id, there.server().serverId(), id.clientName(), there.owner(), null, null, Instant.now());
            placement.become(PlacementState.HOME, null, Instant.now());
            service.bean(PlacementRepository.class).save(placement);
        });
    }

    /** Until clients are sent to the new server, and the old one follows it. */
    private static PlacedDatabase move(StepRef step) throws Exception {
        PlacedDatabase source = service.placement("acme", step.databaseId().name());
        PlacedDatabase target = moves.prepare(step);
        moves.exchange(step, source, target);
        moves.publish(step, 1, target);
        return target;
    }

    private static String preparationFailure(StepRef step) throws Exception {
        return received.await(PreparationFailed.class, PreparationFailed::step, step, 1)
                .getFirst()
                .failure()
                .code();
    }

    private static SourceRetired retired(StepRef step) throws Exception {
        return received.await(SourceRetired.class, SourceRetired::step, step, 1).getFirst();
    }
}
