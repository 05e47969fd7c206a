package io.godwit.provisioning;

import static io.godwit.provisioning.ProvisioningFixture.LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.Tier;
import io.godwit.events.ProvisioningCommand.PrepareStandby;
import io.godwit.events.ProvisioningEvent.DatabasePrepared;
import io.godwit.events.StepRef;
import io.godwit.events.TargetRequest;
import io.godwit.provisioning.engine.Engines;
import io.godwit.provisioning.engine.ProvisioningException;
import io.godwit.provisioning.registry.Placement;
import io.godwit.provisioning.registry.PlacementRepository;
import io.godwit.provisioning.registry.PlacementState;
import io.godwit.provisioning.registry.Server;
import io.godwit.provisioning.registry.ServerRepository;
import io.godwit.provisioning.registry.Transactions;
import io.godwit.provisioning.server.RoleExchange;
import io.godwit.testing.Eventually;
import io.godwit.testing.PostgresServer;
import io.godwit.testing.TestSecrets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An exchange of roles that comes too late, and what earlier tries to take one back have left half-done. */
class RoleExchangeIT {
    private static final String STREAMS =
            "SELECT count(*) FROM pg_stat_wal_receiver WHERE status = 'streaming' AND pg_is_in_recovery()";
    private static final String READ_SLOTS = "SELECT count(*) FROM pg_replication_slots WHERE active";

    private static ProvisioningFixture service;
    private static ReceivedMessages received;
    private static RoleExchange roles;

    @BeforeAll
    static void start() throws Exception {
        service = new ProvisioningFixture(Map.of());
        received = new ReceivedMessages();
        service.createTenant("acme");
        roles = service.bean(RoleExchange.class);
    }

    @AfterAll
    static void stop() {
        received.close();
        service.close();
    }

    @Test
    void anExchangeWhoseTurnComesTooLateIsNotBegun() throws Exception {
        PlacedDatabase source = dedicated("late");
        PlacedDatabase target = standbyOf("late");
        Instant over = Instant.now().minusSeconds(1);

        ProvisioningException refused =
                catchThrowableOfType(ProvisioningException.class, () -> roles.exchange(id(source), id(target), over));

        assertThat(refused.failure().code()).isEqualTo("EXCHANGE_TOO_LATE");
        assertThat(recorded(source).follows()).isNull();
        assertThat(number(target, "SELECT pg_is_in_recovery()::int")).isOne();
        assertThat(number(target, "SELECT count(*) FROM pg_replication_slots")).isZero();
    }

    @Test
    void takingBackAnExchangeAgainHasTheLeaderKeepItsLogForItsStandby() throws Exception {
        PlacedDatabase source = dedicated("again");
        PlacedDatabase target = standbyOf("again");
        awaitNumber(target, STREAMS, 1);
        // As a try leaves it that ended when it had recorded who leads.
        service.bean(Engines.class).standbys(EngineId.POSTGRESQL).orElseThrow().dismiss(source.server(), id(target));

        roles.restore(id(source), id(target));

        awaitNumber(source, READ_SLOTS, 1);
        roles.restore(id(source), id(target));
        assertThat(number(source, READ_SLOTS)).isOne();
    }

    @Test
    void anExchangeWithAnotherServerIsNotTakenBack() throws Exception {
        PlacedDatabase source = dedicated("mine");
        PlacedDatabase target = standbyOf("mine");
        PlacedDatabase other = dedicated("other");
        service.bean(Transactions.class).run(() -> lock(source).follow(id(other)));

        roles.restore(id(source), id(target));

        assertThat(recorded(source).follows()).isEqualTo(id(other));
        service.bean(Transactions.class).run(() -> lock(source).lead());
    }

    @Test
    void aServerThatSomebodyAskedForIsMadeAnewAlsoIfThatWasInterrupted() throws Exception {
        String asked = service.post("/api/v1/servers", "{\"engine\":\"postgresql\",\"tier\":\"dedicated\"}")
                .body()
                .path("id")
                .stringValue();
        PlacedDatabase former = dedicated("former");
        service.bean(Transactions.class)
                .run(() -> service.bean(ServerRepository.class)
                        .findAndLock(asked)
                        .orElseThrow()
                        .renew(
                                TestSecrets.sealer().seal("administrator"),
                                TestSecrets.sealer().seal("replication")));
        ProvisioningFixture.killServer(asked);
        Path directory = ProvisioningFixture.directoryOf(asked).orElseThrow();
        Files.move(directory, directory.resolveSibling(asked + "-gone"));
        service.bean(Transactions.class).run(() -> recordRemoval(asked, former));

        Eventually.await(
                "the server is there again",
                LONG,
                () -> service.get("/api/v1/servers/" + asked)
                        .body()
                        .path("status")
                        .stringValue("")
                        .equals("ready"));
        Eventually.await(
                "what was on it is forgotten",
                LONG,
                () -> service.bean(PlacementRepository.class).countByServerId(asked) == 0);
    }

    private static void recordRemoval(String serverId, PlacedDatabase former) {
        Placement removed = new Placement(
                new DatabaseId("acme", "former"),
                serverId,
                former.databaseName(),
                former.owner(),
                null,
                "mig_former",
                Instant.EPOCH);
        removed.become(PlacementState.REMOVING, "mig_former", Instant.EPOCH);
        service.bean(PlacementRepository.class).save(removed);
    }

    private static PlacedDatabase dedicated(String name) throws Exception {
        assertThat(service.createDatabase("acme", name, "dedicated").status()).isEqualTo(201);
        return service.placement("acme", name);
    }

    private static PlacedDatabase standbyOf(String name) throws Exception {
        StepRef step = new StepRef("mig_" + name, new DatabaseId("acme", name), 1);
        service.send(new PrepareStandby(step, new TargetRequest(Tier.DEDICATED, null, null)));
        List<DatabasePrepared> prepared = received.await(DatabasePrepared.class, DatabasePrepared::step, step, 1);
        return prepared.getFirst().target();
    }

    private static String id(PlacedDatabase database) {
        return database.server().serverId();
    }

    private static Server recorded(PlacedDatabase database) {
        return service.bean(ServerRepository.class).findById(id(database)).orElseThrow();
    }

    private static Server lock(PlacedDatabase database) {
        return service.bean(ServerRepository.class).findAndLock(id(database)).orElseThrow();
    }

    private static void awaitNumber(PlacedDatabase database, String sql, long expected) throws InterruptedException {
        Eventually.assertThat(sql, LONG, () -> assertThat(number(database, sql)).isEqualTo(expected));
    }

    private static long number(PlacedDatabase database, String sql) throws SQLException {
        try (Connection connection = PostgresServer.connections().openAdmin(database.server(), "postgres");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }
}
