package io.godwit.provisioning;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.Login;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.ServerAccess;
import io.godwit.engines.ServerAddress;
import io.godwit.engines.Tier;
import io.godwit.events.ProvisioningCommand.DiscardTarget;
import io.godwit.events.ProvisioningCommand.PrepareTarget;
import io.godwit.events.ProvisioningEvent.PreparationFailed;
import io.godwit.events.ProvisioningEvent.TargetDiscarded;
import io.godwit.events.StepRef;
import io.godwit.events.TargetRequest;
import io.godwit.provisioning.ProvisioningFixture.Answer;
import io.godwit.provisioning.engine.Engines;
import io.godwit.provisioning.registry.Placement;
import io.godwit.provisioning.registry.PlacementRepository;
import io.godwit.provisioning.registry.PlacementState;
import io.godwit.provisioning.registry.ProviderKind;
import io.godwit.provisioning.registry.Server;
import io.godwit.provisioning.registry.ServerRepository;
import io.godwit.provisioning.registry.Transactions;
import io.godwit.testing.PostgresServer;
import io.godwit.testing.RedisServer;
import io.godwit.testing.TestSecrets;
import io.lettuce.core.api.StatefulRedisConnection;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One server to which two names lead. */
class SameServerIT {
    private static ProvisioningFixture service;
    private static ReceivedMessages received;
    private static PostgresServer existing;

    @BeforeAll
    static void start() throws Exception {
        existing = PostgresServer.start("twice");
        service = new ProvisioningFixture(Map.of());
        received = new ReceivedMessages();
        service.createTenant("acme");
    }

    @AfterAll
    static void stop() {
        received.close();
        service.close();
        existing.close();
    }

    @Test
    void aServerIsNotRegisteredUnderASecondNameAndItsFirstRecordStaysGood() throws Exception {
        try (PostgresServer server = PostgresServer.start("names")) {
            String id = registered(register("127.0.0.1", server.access(), "shared"));

            Answer refused = register("LOCALHOST", server.access(), "shared");

            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.code()).isEqualTo("SERVER_EXISTS");
            assertThat(refused.body().path("detail").stringValue()).contains(id, "localhost:");
            ServerAccess first = recorded(id).access();
            try (Connection replication = PostgresServer.connections().openAs(first, first.replication(), "postgres")) {
                assertThat(replication.isValid(1)).isTrue();
            }
        }
    }

    @Test
    void aRedisServerIsNotRegisteredUnderASecondNameAndItsFirstRecordStaysGood() throws Exception {
        try (RedisServer server = RedisServer.start("names")) {
            String id = registered(register("127.0.0.1", server.access(), "dedicated"));

            Answer refused = register("localhost", server.access(), "dedicated");

            assertThat(refused.code()).isEqualTo("SERVER_EXISTS");
            assertThat(refused.body().path("detail").stringValue()).contains(id);
            ServerAccess first = recorded(id).access();
            try (StatefulRedisConnection<byte[], byte[]> replication =
                    RedisServer.connections().open(first, first.replication())) {
                assertThat(replication.isOpen()).isTrue();
            }
        }
    }

    @Test
    void ofTwoNamesThatAreRegisteredAtOnceOneIsTaken() throws Exception {
        try (PostgresServer server = PostgresServer.start("once");
                ExecutorService operators = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Integer>> registrations = List.of(
                    () -> register("127.0.0.1", server.access(), "shared").status(),
                    () -> register("localhost", server.access(), "shared").status());

            assertThat(operators.invokeAll(registrations))
                    .extracting(Future::get)
                    .containsExactlyInAnyOrder(201, 409);
        }
    }

    @Test
    void aCopyThatWasPromotedIsAServerOfItsOwn() throws Exception {
        try (PostgresServer leader = PostgresServer.start("original");
                PostgresServer copy = PostgresServer.startStandby(leader, "copy", Map.of())) {
            registered(register("127.0.0.1", leader.access(), "shared"));
            copy.execute("postgres", "SELECT pg_promote()");

            assertThat(register("127.0.0.1", copy.access(), "shared").status()).isEqualTo(201);
        }
    }

    @Test
    void aMoveToTheSameServerUnderAnotherNameFailsAndLeavesTheDatabaseAlone() throws Exception {
        PlacedDatabase home = databaseOnAServerWithTwoRecords("moved");
        StepRef step = new StepRef("mig_moved", new DatabaseId("acme", "moved"), 1);

        service.send(new PrepareTarget(step, new TargetRequest(Tier.SHARED, null, aliasOf(home))));
        assertThat(received.await(PreparationFailed.class, PreparationFailed::step, step, 1)
                        .getFirst()
                        .failure()
                        .code())
                .isEqualTo("TARGET_IS_SOURCE");

        service.send(new DiscardTarget(step));
        received.await(TargetDiscarded.class, TargetDiscarded::step, step, 1);
        assertAlive(home);
        assertThat(placements("moved")).extracting(Placement::state).containsExactly(PlacementState.HOME);
    }

    @Test
    void whatASecondRecordSaysOfTheHomeIsForgottenAndNotDropped() throws Exception {
        PlacedDatabase home = databaseOnAServerWithTwoRecords("former");
        StepRef step = new StepRef("mig_former", new DatabaseId("acme", "former"), 1);
        service.bean(Transactions.class).run(() -> {
            Placement prepared = new Placement(
                    step.databaseId(),
                    aliasOf(home),
                    home.databaseName(),
                    home.owner(),
                    null,
                    step.migrationId(),
                    Instant.now());
            prepared.become(PlacementState.PREPARED, step.migrationId(), Instant.now());
            service.bean(PlacementRepository.class).save(prepared);
        });

        service.send(new DiscardTarget(step));
        received.await(TargetDiscarded.class, TargetDiscarded::step, step, 1);

        assertAlive(home);
        assertThat(placements("former")).extracting(Placement::state).containsExactly(PlacementState.HOME);
    }

    @Test
    void whenTheSecondOfTwoRecordsIsRemovedTheFirstHasItsLoginAgain() throws Exception {
        try (PostgresServer server = PostgresServer.start("removed")) {
            String id = registered(register("127.0.0.1", server.access(), "shared"));
            ServerAccess first = recorded(id).access();
            ServerAccess second = alias("srv_second", first);
            service.bean(Engines.class).provisioner(second.engine()).setUpServer(second, false);

            assertThat(service.delete("/api/v1/servers/srv_second").status()).isEqualTo(204);

            try (Connection replication = PostgresServer.connections().openAs(first, first.replication(), "postgres")) {
                assertThat(replication.isValid(1)).isTrue();
            }
        }
    }

    private static void assertAlive(PlacedDatabase home) throws SQLException {
        try (Connection owner = PostgresServer.openOwner(home)) {
            assertThat(owner.isValid(1)).isTrue();
        }
    }

    private static List<Placement> placements(String name) {
        return service.bean(PlacementRepository.class).findByDatabaseId("acme/" + name);
    }

    /** As registries are that took the second name when nobody compared servers. */
    private static PlacedDatabase databaseOnAServerWithTwoRecords(String name) throws Exception {
        if (service.bean(ServerRepository.class)
                .findByHostAndPort("127.0.0.1", port())
                .isEmpty()) {
            String id = registered(register("127.0.0.1", existing.access(), "shared"));
            alias("srv_alias", recorded(id).access());
        }
        Answer made = service.post(
                "/api/v1/tenants/acme/databases",
                "{\"name\":\"%s\",\"engine\":\"postgresql\",\"tier\":\"shared\",\"region\":\"twice\"}".formatted(name));
        assertThat(made.status()).as(made.body().toString()).isEqualTo(201);
        return service.placement("acme", name);
    }

    /** Records the server once more, with a login of its own. */
    private static ServerAccess alias(String id, ServerAccess known) {
        ServerAccess alias = new ServerAccess(
                id,
                known.engine(),
                known.version(),
                new ServerAddress("localhost", known.address().port()),
                known.security(),
                known.admin(),
                new Login(known.replication().user(), TestSecrets.sealer().seal("other")));
        Server record = new Server(alias, null, Tier.SHARED, "twice", ProviderKind.REGISTERED, null, Instant.now());
        service.bean(ServerRepository.class).save(record);
        return alias;
    }

    private static int port() {
        return existing.access().address().port();
    }

    /** @return the id of the other record of the database's server */
    private static String aliasOf(PlacedDatabase home) {
        String other = home.server().address().host().equals("localhost") ? "127.0.0.1" : "localhost";
        return service.bean(ServerRepository.class)
                .findByHostAndPort(other, port())
                .orElseThrow()
                .id();
    }

    private static Server recorded(String id) {
        return service.bean(ServerRepository.class).findById(id).orElseThrow();
    }

    private static String registered(Answer answer) {
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(201);
        return answer.body().path("id").stringValue();
    }

    private static Answer register(String host, ServerAccess server, String tier) throws Exception {
        return service.post("/api/v1/servers", """
                {"engine":"%s","host":"%s","port":%d,"user":"%s","password":"%s","tls":true,
                 "region":"%s","tier":"%s"}""".formatted(
                        server.engine().id(),
                        host,
                        server.address().port(),
                        server.admin().user(),
                        TestSecrets.sealer().open(server.admin().password()),
                        server.address().port() == port() ? "twice" : "elsewhere",
                        tier));
    }
}
