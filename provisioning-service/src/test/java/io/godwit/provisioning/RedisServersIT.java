package io.godwit.provisioning;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.EngineId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.Tier;
import io.godwit.events.ProvisioningCommand.DiscardTarget;
import io.godwit.events.ProvisioningCommand.PrepareTarget;
import io.godwit.events.ProvisioningEvent.PreparationFailed;
import io.godwit.events.ProvisioningEvent.TargetDiscarded;
import io.godwit.events.StepRef;
import io.godwit.events.TargetRequest;
import io.godwit.provisioning.ProvisioningFixture.Answer;
import io.godwit.testing.RedisServer;
import io.godwit.testing.TestSecrets;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.protocol.CommandType;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RedisServersIT {
    private static ProvisioningFixture service;
    private static ReceivedMessages received;
    private static MigratingTenant rosen;

    @BeforeAll
    static void start() throws Exception {
        service = new ProvisioningFixture(Map.of());
        received = new ReceivedMessages();
        rosen = new MigratingTenant("rosen", service, received);
    }

    @AfterAll
    static void stop() {
        received.close();
        service.close();
    }

    @Test
    void aRegisteredServerTakesOneDatabaseAndIsEmptyAfterIt() throws Exception {
        try (RedisServer existing = RedisServer.start("existing")) {
            Answer registered = register(existing, "far", "dedicated");
            assertThat(registered.status()).as(registered.body().toString()).isEqualTo(201);
            assertThat(registered.body().path("version").stringValue())
                    .isEqualTo(existing.access().version());
            String id = registered.body().path("id").stringValue();
            StepRef step = rosen.migration(EngineId.REDIS, "animals", "mig_existing");
            PlacedDatabase target = rosen.prepare(step, new TargetRequest(Tier.DEDICATED, null, id));
            assertThat(target.server().address()).isEqualTo(existing.access().address());
            try (StatefulRedisConnection<byte[], byte[]> owner = RedisServer.openOwner(target)) {
                owner.sync().set(bytes("sheep"), bytes("electric"));
            }
            StepRef other = rosen.migration(EngineId.REDIS, "others", "mig_other");
            assertThat(rosen.refusal(other, new TargetRequest(Tier.DEDICATED, null, id)))
                    .isEqualTo("SERVER_OCCUPIED");

            service.send(new DiscardTarget(step));
            received.await(TargetDiscarded.class, TargetDiscarded::step, step, 1);

            try (StatefulRedisConnection<byte[], byte[]> admin = existing.openAdmin()) {
                assertThat(admin.sync().dbsize()).isZero();
                assertThat(admin.sync().aclUsers()).doesNotContain("animals__rosen");
            }
            assertThat(service.delete("/api/v1/servers/" + id).status()).isEqualTo(204);
            try (StatefulRedisConnection<byte[], byte[]> admin = existing.openAdmin()) {
                assertThat(admin.sync().aclUsers()).doesNotContain("godwit_replication");
            }
        }
    }

    @Test
    void aServerWithKeysIsNotTakenForAnEmptyOne() throws Exception {
        try (RedisServer used = RedisServer.start("used")) {
            try (StatefulRedisConnection<byte[], byte[]> admin = used.openAdmin()) {
                admin.sync().select(5);
                admin.sync().set(bytes("somebody's"), bytes("value"));
            }
            String id = register(used, "used", "dedicated").body().path("id").stringValue();
            StepRef step = rosen.migration(EngineId.REDIS, "intruder", "mig_used");

            service.send(new PrepareTarget(step, new TargetRequest(Tier.DEDICATED, "used", id)));

            assertThat(received.await(PreparationFailed.class, PreparationFailed::step, step, 1)
                            .getFirst()
                            .failure()
                            .code())
                    .isEqualTo("SERVER_NOT_EMPTY");
            try (StatefulRedisConnection<byte[], byte[]> admin = used.openAdmin()) {
                admin.sync().select(5);
                assertThat(admin.sync().dbsize()).isEqualTo(1);
            }
        }
    }

    @Test
    void aServerThatCanNotBeUsedIsRefusedWithTheReason() throws Exception {
        try (RedisServer fit = RedisServer.start("fit");
                RedisServer replica = RedisServer.start("replica");
                RedisServer cluster = RedisServer.start("cluster", Map.of("cluster-enabled", "yes"));
                StatefulRedisConnection<byte[], byte[]> admin = fit.openAdmin();
                StatefulRedisConnection<byte[], byte[]> standby = replica.openAdmin()) {
            standby.sync().replicaof("127.0.0.1", fit.access().address().port());
            admin.sync()
                    .aclSetuser(
                            "ordinary",
                            AclSetuserArgs.Builder.on()
                                    .addPassword("ordinary")
                                    .allCommands()
                                    .removeCommand(CommandType.CONFIG));

            assertThat(register(fit, "far", "shared").code()).isEqualTo("TIER_NOT_SUPPORTED");
            assertThat(register(replica, "far", "dedicated").code()).isEqualTo("SERVER_IS_STANDBY");
            assertThat(register(cluster, "far", "dedicated").code()).isEqualTo("SERVER_IS_CLUSTERED");
            assertThat(register(fit, "godwit_admin", "wrong", "VERIFY_CA").code())
                    .isEqualTo("SERVER_LOGIN_REFUSED");
            assertThat(register(fit, "ordinary", "ordinary", "VERIFY_CA").code())
                    .isEqualTo("SERVER_RIGHTS_MISSING");
            assertThat(register(fit, "ordinary", "ordinary", "PLAIN").code()).isEqualTo("SERVER_UNREACHABLE");
        }
    }

    @Test
    void aDatabaseOfAServerThatExistsIsNotAdopted() throws Exception {
        try (RedisServer old = RedisServer.start("old")) {
            String id = register(old, "past", "dedicated").body().path("id").stringValue();

            Answer refused = service.post(
                    "/api/v1/tenants/rosen/databases/legacy/adopt",
                    "{\"server\":\"%s\",\"database\":\"0\"}".formatted(id));

            assertThat(refused.code()).isEqualTo("DATABASE_NOT_ADOPTABLE");
            assertThat(service.get(rosen.path("legacy")).code()).isEqualTo("DATABASE_NOT_FOUND");
        }
    }

    private static Answer register(RedisServer server, String region, String tier) throws Exception {
        return service.post("/api/v1/servers", """
                {"engine":"redis","host":"127.0.0.1","port":%d,"user":"%s","password":"%s","tls":true,
                 "region":"%s","tier":"%s"}""".formatted(
                        server.access().address().port(),
                        server.access().admin().user(),
                        TestSecrets.sealer().open(server.access().admin().password()),
                        region,
                        tier));
    }

    private static Answer register(RedisServer server, String user, String password, String security) throws Exception {
        return service.post(
                "/api/v1/servers", """
                {"engine":"redis","tier":"dedicated","host":"127.0.0.1","port":%d,"adminUser":"%s",
                 "adminPassword":"%s","security":"%s"}""".formatted(server.access().address().port(), user, password, security));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
