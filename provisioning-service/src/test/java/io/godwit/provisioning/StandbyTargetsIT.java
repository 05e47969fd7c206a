package io.godwit.provisioning;

import static io.godwit.provisioning.OnServer.answers;
import static io.godwit.provisioning.OnServer.awaitNumber;
import static io.godwit.provisioning.OnServer.number;
import static io.godwit.provisioning.OnServer.run;
import static io.godwit.provisioning.ProvisioningFixture.LONG;
import static io.godwit.provisioning.WholeServerMoves.DEDICATED;
import static io.godwit.provisioning.WholeServerMoves.HELD_UNTIL;
import static io.godwit.provisioning.WholeServerMoves.ROWS;
import static io.godwit.provisioning.WholeServerMoves.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.EngineId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.ServerAccess;
import io.godwit.engines.Tier;
import io.godwit.events.ProvisioningCommand.DiscardTarget;
import io.godwit.events.ProvisioningCommand.ExchangeRoles;
import io.godwit.events.ProvisioningCommand.InspectStandby;
import io.godwit.events.ProvisioningCommand.PublishRoute;
import io.godwit.events.ProvisioningCommand.RestoreRoles;
import io.godwit.events.ProvisioningCommand.RetireSource;
import io.godwit.events.ProvisioningEvent.ExchangeFailed;
import io.godwit.events.ProvisioningEvent.RolesExchanged;
import io.godwit.events.ProvisioningEvent.RolesRestored;
import io.godwit.events.ProvisioningEvent.RouteRefused;
import io.godwit.events.ProvisioningEvent.SourceRetired;
import io.godwit.events.ProvisioningEvent.StandbyInspected;
import io.godwit.events.ProvisioningEvent.TargetDiscarded;
import io.godwit.events.StepRef;
import io.godwit.events.TargetRequest;
import io.godwit.provisioning.engine.Engines;
import io.godwit.provisioning.engine.Standbys;
import io.godwit.provisioning.server.RoleExchange;
import io.godwit.testing.Eventually;
import io.godwit.testing.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Targets of moves that are standbys of the whole server where the database is. */
class StandbyTargetsIT {
    private static final String IN_RECOVERY = "SELECT pg_is_in_recovery()::int";
    private static final String SLOTS = "SELECT count(*) FROM pg_replication_slots";

    private static ProvisioningFixture service;
    private static ReceivedMessages received;
    private static MigratingTenant tenant;
    private static WholeServerMoves moves;

    @BeforeAll
    static void start() throws Exception {
        service = new ProvisioningFixture(Map.of());
        received = new ReceivedMessages();
        tenant = new MigratingTenant("wayne", service, received);
        moves = new WholeServerMoves("wayne", service, received);
    }

    @AfterAll
    static void stop() throws Exception {
        received.close();
        service.close();
    }

    @Test
    void aStandbyTakesOverAndItsFormerLeaderFollowsItHoweverOftenItDies() throws Exception {
        StepRef step = moves.dedicated("taken", "mig_taken");
        PlacedDatabase source = service.placement("wayne", "taken");
        PlacedDatabase target = moves.prepare(step);
        assertThat(target.owner()).isEqualTo(source.owner());
        assertThat(target.server().admin()).isEqualTo(source.server().admin());
        awaitNumber(target, ROWS, 1);

        moves.exchange(step, source, target);

        assertThat(number(target, IN_RECOVERY)).isZero();
        write(target);
        awaitNumber(source, ROWS, 2);
        ProvisioningFixture.killServer(source.server().serverId());
        Eventually.await("the former leader is up again", LONG, () -> answers(source, IN_RECOVERY, 1));
        ProvisioningFixture.killServer(target.server().serverId());
        Eventually.await("the leader is up again", LONG, () -> answers(target, IN_RECOVERY, 0));
        write(target);
        awaitNumber(source, ROWS, 3);

        moves.publish(step, 1, target);
        service.send(new RetireSource(step, source.server().serverId()));
        assertThat(received.await(SourceRetired.class, SourceRetired::step, step, 1)
                        .getFirst()
                        .leftovers())
                .isEmpty();
        assertThat(ProvisioningFixture.directoryOf(source.server().serverId())).isEmpty();
        assertThat(number(target, SLOTS)).isZero();
    }

    @Test
    void anExchangeThatIsTakenBackLeavesTheOldLeaderAsItWas() throws Exception {
        StepRef step = moves.dedicated("back", "mig_back");
        PlacedDatabase source = service.placement("wayne", "back");
        PlacedDatabase target = moves.prepare(step);
        moves.exchange(step, source, target);
        Path promoted = ProvisioningFixture.directoryOf(target.server().serverId())
                .orElseThrow()
                .resolve("data/promoted");
        Files.createFile(promoted);

        StepRef undo = new StepRef(step.migrationId(), step.databaseId(), 2);
        service.send(new RestoreRoles(
                undo, source.server().serverId(), target.server().serverId()));
        service.send(new RestoreRoles(
                undo, source.server().serverId(), target.server().serverId()));
        received.await(RolesRestored.class, RolesRestored::step, undo, 2);

        assertThat(number(source, IN_RECOVERY)).isZero();
        write(source);
        assertThat(number(source, ROWS)).isEqualTo(2);
        // What was taken for the next leader is a standby once more, made anew.
        Eventually.await("the standby is back", LONG, () -> answers(target, IN_RECOVERY, 1));
        awaitNumber(target, ROWS, 2);
        assertThat(promoted).doesNotExist();

        // A late one finds that it was taken back, and is not even answered.
        service.send(new ExchangeRoles(
                step, source.server().serverId(), target.server().serverId(), HELD_UNTIL));
        service.send(new DiscardTarget(undo));
        received.await(TargetDiscarded.class, TargetDiscarded::step, undo, 1);
        assertThat(number(source, IN_RECOVERY)).isZero();
        assertThat(received.answers(RolesExchanged.class, RolesExchanged::step, step))
                .hasSize(1);
        assertThat(ProvisioningFixture.directoryOf(target.server().serverId())).isEmpty();
        assertThat(number(source, SLOTS)).isZero();
    }

    @Test
    void aStandbyThatDiedBetweenItsPromotionAndTheRecordOfItIsMadeAnew() throws Exception {
        StepRef step = moves.dedicated("died", "mig_died");
        PlacedDatabase source = service.placement("wayne", "died");
        PlacedDatabase target = moves.prepare(step);
        String from = source.server().serverId();
        String to = target.server().serverId();
        RoleExchange roles = service.bean(RoleExchange.class);
        roles.exchange(from, to, HELD_UNTIL);
        service.bean(JdbcClient.class)
                .sql("UPDATE server SET follows = ? WHERE id = ?")
                .params(from, to)
                .update();
        ProvisioningFixture.killServer(to);
        // As whoever starts it leaves it, by its record.
        Path data = ProvisioningFixture.directoryOf(to).orElseThrow().resolve("data");
        Files.createFile(data.resolve("standby.signal"));

        roles.restore(from, to);

        // Its log has left its leader's, which it could never follow again.
        write(source);
        awaitNumber(target, ROWS, 2);
    }

    @Test
    void whereNothingWasExchangedThereIsNothingToTakeBack() throws Exception {
        StepRef step = moves.dedicated("untouched", "mig_untouched");
        PlacedDatabase source = service.placement("wayne", "untouched");
        PlacedDatabase target = moves.prepare(step);

        service.send(new RestoreRoles(
                step, source.server().serverId(), target.server().serverId()));
        received.await(RolesRestored.class, RolesRestored::step, step, 1);

        assertThat(number(source, IN_RECOVERY)).isZero();
        assertThat(number(target, IN_RECOVERY)).isOne();
        // Nobody is sent to a server that takes no writes.
        service.send(new PublishRoute(step, 1, target.server().serverId()));
        assertThat(received.await(RouteRefused.class, RouteRefused::step, step, 1)
                        .getFirst()
                        .failure()
                        .code())
                .isEqualTo("TARGET_FOLLOWS");
    }

    @Test
    void aCommittedExchangeIsNotTakenBack() throws Exception {
        StepRef step = moves.dedicated("committed", "mig_committed");
        PlacedDatabase source = service.placement("wayne", "committed");
        PlacedDatabase target = moves.prepare(step);
        moves.exchange(step, source, target);
        moves.publish(step, 1, target);
        write(target);

        service.send(new RestoreRoles(
                step, source.server().serverId(), target.server().serverId()));
        received.await(RolesRestored.class, RolesRestored::step, step, 1);

        assertThat(number(target, IN_RECOVERY)).isZero();
        assertThat(number(target, ROWS)).isEqualTo(2);
    }

    @Test
    void onlyAStandbyOfTheHomeTakesOver() throws Exception {
        StepRef step = moves.dedicated("strange", "mig_strange");
        PlacedDatabase source = service.placement("wayne", "strange");
        moves.dedicated("stranger", "mig_stranger");
        PlacedDatabase stranger = service.placement("wayne", "stranger");

        service.send(new ExchangeRoles(
                step, source.server().serverId(), stranger.server().serverId(), HELD_UNTIL));

        assertThat(received.await(ExchangeFailed.class, ExchangeFailed::step, step, 1)
                        .getFirst()
                        .failure()
                        .code())
                .isEqualTo("NOT_A_STANDBY");
        assertThat(number(source, IN_RECOVERY)).isZero();
        assertThat(number(stranger, IN_RECOVERY)).isZero();
    }

    @Test
    void aCopyOfAServerIsSeenAndCanBeEnded(@TempDir Path folder) throws Exception {
        moves.dedicated("copied", "mig_copied");
        ServerAccess leader = service.placement("wayne", "copied").server();
        Standbys standbys =
                service.bean(Engines.class).standbys(EngineId.POSTGRESQL).orElseThrow();
        ProcessBuilder command = new ProcessBuilder(
                PostgresServer.binDirectory().resolve("pg_basebackup").toString(),
                "--pgdata=" + folder.resolve("data"),
                "--max-rate=32k",
                "--wal-method=none",
                "--checkpoint=fast",
                "--no-password");
        command.environment().putAll(PostgresServer.connections().toolEnvironment(leader, leader.replication(), ""));
        command.environment().put("PGAPPNAME", "srv_copier");
        Process copy = command.start();

        Eventually.await(
                "the copy has begun",
                LONG,
                () -> standbys.copyState(leader, "srv_copier")
                        .filter(state -> state.bytes() > 0 && state.total() > state.bytes())
                        .isPresent());
        assertThat(standbys.copyState(leader, "srv_other")).isEmpty();
        standbys.endCopy(leader, "srv_other");
        assertThat(copy.isAlive()).isTrue();
        standbys.endCopy(leader, "srv_copier");

        assertThat(copy.waitFor(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(copy.exitValue()).isNotZero();
    }

    @Test
    void aServerThatSomebodyAskedForIsEmptyAgainWhenItFollowsNobodyAnyMore() throws Exception {
        String asked = service.post("/api/v1/servers", "{\"engine\":\"postgresql\",\"tier\":\"dedicated\"}")
                .body()
                .path("id")
                .stringValue();
        StepRef first = tenant.migration("guest", "mig_guest_in");
        PlacedDatabase there = tenant.prepare(first, new TargetRequest(Tier.DEDICATED, null, asked));
        String shared = tenant.home("guest");
        moves.publish(first, 1, there);
        service.send(new RetireSource(first, shared));
        received.await(SourceRetired.class, SourceRetired::step, first, 1);
        run(there, "CREATE TABLE kept (n int)");

        StepRef second = new StepRef("mig_guest_out", first.databaseId(), 1);
        PlacedDatabase target = moves.prepare(second);
        moves.exchange(second, there, target);
        moves.publish(second, 2, target);
        service.send(new RetireSource(second, asked));
        received.await(SourceRetired.class, SourceRetired::step, second, 1);

        assertThat(service.get("/api/v1/servers/" + asked).body().path("status").stringValue())
                .isEqualTo("ready");
        // Its former logins are those of the new server.
        assertThat(answers(there, "SELECT 1", 1)).isFalse();
        assertThat(number(target, SLOTS)).isZero();
    }

    @Test
    void whyATargetCanBeginAsAStandbyOrNotIsSaid() throws Exception {
        StepRef alone = moves.dedicated("alone", "mig_alone");
        StandbyInspected possible = inspect(alone);
        assertThat(possible.possible()).isTrue();
        assertThat(possible.findings()).extracting("code").containsExactly("MOVES_PHYSICALLY");

        run(service.placement("wayne", "alone"), "CREATE UNLOGGED TABLE fleeting (n int)");
        StandbyInspected unlogged = inspect(new StepRef("mig_alone_2", alone.databaseId(), 1));
        assertThat(unlogged.possible()).isFalse();
        assertThat(unlogged.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.code()).isEqualTo("MOVES_LOGICALLY");
            assertThat(finding.message()).contains("unlogged", "public.fleeting");
        });

        StandbyInspected shared = inspect(tenant.migration("crowd", "mig_crowd"));
        assertThat(shared.possible()).isFalse();
        assertThat(shared.findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.message()).contains("one of the two servers is shared"));
    }

    private static StandbyInspected inspect(StepRef step) throws Exception {
        service.send(new InspectStandby(step, DEDICATED));
        return received.await(StandbyInspected.class, StandbyInspected::step, step, 1)
                .getFirst();
    }
}
