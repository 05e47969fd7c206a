package io.godwit.provisioning;

import static io.godwit.provisioning.ProvisioningFixture.LONG;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.Tier;
import io.godwit.events.DatabaseRoute;
import io.godwit.events.ProvisioningCommand.DiscardTarget;
import io.godwit.events.ProvisioningCommand.PublishRoute;
import io.godwit.events.ProvisioningCommand.RetireSource;
import io.godwit.events.ProvisioningEvent.RoutePublished;
import io.godwit.events.ProvisioningEvent.SourceRetired;
import io.godwit.events.ProvisioningEvent.TargetDiscarded;
import io.godwit.events.StepRef;
import io.godwit.events.TargetRequest;
import io.godwit.processes.redis.RedisInstance;
import io.godwit.provisioning.ProvisioningFixture.Answer;
import io.godwit.testing.Eventually;
import io.godwit.testing.RedisServer;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulRedisConnection;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RedisDatabasesIT {
    private static final TargetRequest DEDICATED = new TargetRequest(Tier.DEDICATED, null, null);

    private static ProvisioningFixture service;
    private static ReceivedMessages received;
    private static MigratingTenant tyrell;

    @BeforeAll
    static void start() throws Exception {
        service = new ProvisioningFixture(Map.of());
        received = new ReceivedMessages();
        tyrell = new MigratingTenant("tyrell", service, received);
        service.createTenant("wallace");
    }

    @AfterAll
    static void stop() throws Exception {
        received.close();
        service.close();
    }

    @Test
    void everyDatabaseOnASharedServerIsAProcessOfItsOwn() throws Exception {
        Answer created = service.createDatabase(EngineId.REDIS, "tyrell", "eyes", "shared");
        assertThat(created.status()).as(created.body().toString()).isEqualTo(201);
        assertThat(created.body().at("/connection/uri").stringValue())
                .startsWith("redis://eyes__tyrell:")
                .endsWith("@127.0.0.1:16379/0");
        service.createDatabase(EngineId.REDIS, "wallace", "eyes", "shared");
        PlacedDatabase tyrells = service.placement("tyrell", "eyes");
        PlacedDatabase wallaces = service.placement("wallace", "eyes");

        assertThat(tyrells.server().serverId()).isEqualTo(wallaces.server().serverId());
        assertThat(tyrells.server().address()).isNotEqualTo(wallaces.server().address());
        Answer server = service.get("/api/v1/servers/" + tyrells.server().serverId());
        assertThat(server.body().path("port").intValue())
                .isNotIn(
                        tyrells.server().address().port(),
                        wallaces.server().address().port());
        DatabaseRoute route = awaitRoute("tyrell/eyes");
        assertThat(route.backend().address()).isEqualTo(tyrells.server().address());
        assertThat(route.client().verifier()).startsWith("SHA-256$");
        try (StatefulRedisConnection<byte[], byte[]> owner = RedisServer.openOwner(tyrells);
                StatefulRedisConnection<byte[], byte[]> admin =
                        RedisServer.connections().openAdmin(tyrells.server())) {
            owner.sync().set(bytes("nexus"), bytes("6"));
            assertThat(admin.sync().configGet("maxmemory")).containsEntry("maxmemory", "268435456");
        }
        PlacedDatabase intrusion = new PlacedDatabase(wallaces.server(), wallaces.databaseName(), tyrells.owner());
        assertThatThrownBy(() -> RedisServer.openOwner(intrusion)).isInstanceOf(RedisException.class);
        assertThat(service.get(tyrell.path("eyes")).body().path("sizeBytes").longValue())
                .isPositive();
    }

    @Test
    void aDeletedDatabaseGoesWithItsProcessAndLeavesTheOthersAlone() throws Exception {
        service.createDatabase(EngineId.REDIS, "tyrell", "brief", "shared");
        service.createDatabase(EngineId.REDIS, "tyrell", "staying", "shared");
        PlacedDatabase brief = service.placement("tyrell", "brief");
        PlacedDatabase staying = service.placement("tyrell", "staying");

        assertThat(service.delete(tyrell.path("brief")).status()).isEqualTo(204);

        assertThat(directoryOf(brief)).doesNotExist();
        assertThatThrownBy(() -> RedisServer.openOwner(brief)).isInstanceOf(RedisException.class);
        try (StatefulRedisConnection<byte[], byte[]> owner = RedisServer.openOwner(staying)) {
            assertThat(owner.sync().ping()).isEqualTo("PONG");
        }
        Eventually.await(
                "the end of the route",
                LONG,
                () -> received.routesOf("tyrell/brief").getLast().isEmpty());
    }

    @Test
    void aDatabaseWhoseProcessDiedIsBackWithItsDataAndItsUsers() throws Exception {
        service.createDatabase(EngineId.REDIS, "tyrell", "phoenix", "shared");
        PlacedDatabase placed = service.placement("tyrell", "phoenix");
        write(placed, "ash", "kept");

        new RedisInstance(directoryOf(placed)).kill();

        Eventually.assertThat(
                "the database's return",
                LONG,
                () -> assertThat(read(placed, "ash")).isEqualTo("kept"));
    }

    @Test
    void databasesThatWentDownWithTheMachineAreUpWhenTheServiceIs() throws Exception {
        service.createDatabase(EngineId.REDIS, "tyrell", "blackout", "shared");
        PlacedDatabase placed = service.placement("tyrell", "blackout");
        write(placed, "memory", "kept");

        service.restartAfter(() ->
                RedisInstance.allIn(ProvisioningFixture.serversDirectory()).forEach(RedisInstance::kill));

        assertThat(read(placed, "memory")).isEqualTo("kept");
    }

    @Test
    void aMigrationsTargetIsEmptyAndHasTheSourcesSettings() throws Exception {
        StepRef step = tyrell.migration(EngineId.REDIS, "moved", "mig_redis");
        PlacedDatabase source = service.placement("tyrell", "moved");
        try (StatefulRedisConnection<byte[], byte[]> admin =
                RedisServer.connections().openAdmin(source.server())) {
            admin.sync().configSet("notify-keyspace-events", "KEA");
            admin.sync().configSet("maxmemory-policy", "allkeys-lfu");
        }

        PlacedDatabase target = tyrell.prepare(step, DEDICATED);

        assertThat(target.owner().user()).isEqualTo(source.owner().user());
        assertThatThrownBy(() -> RedisServer.openOwner(
                        new PlacedDatabase(target.server(), target.databaseName(), source.owner())))
                .as("the login of the source, on the target")
                .hasStackTraceContaining("WRONGPASS");
        try (StatefulRedisConnection<byte[], byte[]> owner = RedisServer.openOwner(target);
                StatefulRedisConnection<byte[], byte[]> admin =
                        RedisServer.connections().openAdmin(target.server())) {
            assertThat(owner.sync().dbsize()).isZero();
            assertThat(admin.sync().configGet("notify-keyspace-events", "maxmemory-policy", "maxmemory"))
                    .containsEntry("notify-keyspace-events", "AKE")
                    .containsEntry("maxmemory-policy", "allkeys-lfu")
                    // The limit was the shared server's.
                    .containsEntry("maxmemory", "0");
        }

        String dedicated = target.server().serverId();
        service.send(new PublishRoute(step, 1, dedicated));
        received.await(RoutePublished.class, RoutePublished::step, step, 1);
        service.send(new RetireSource(step, source.server().serverId()));
        assertThat(received.await(SourceRetired.class, SourceRetired::step, step, 1)
                        .getFirst()
                        .leftovers())
                .isEmpty();
        assertThat(directoryOf(source)).doesNotExist();
        assertThat(service.placement("tyrell", "moved").server().address())
                .isEqualTo(target.server().address());
    }

    @Test
    void aDatabaseThatComesToASharedServerMayBeLargerThanTheOnesThereUsuallyAre() throws Exception {
        service.createDatabase(EngineId.REDIS, "tyrell", "coming", "dedicated");
        PlacedDatabase source = service.placement("tyrell", "coming");
        try (StatefulRedisConnection<byte[], byte[]> admin =
                RedisServer.connections().openAdmin(source.server())) {
            admin.sync().configSet("maxmemory", "700mb");
        }
        StepRef step = new StepRef("mig_coming", new DatabaseId("tyrell", "coming"), 1);

        PlacedDatabase target = tyrell.prepare(step, new TargetRequest(Tier.SHARED, null, null));

        assertThat(target.server().serverId()).isNotEqualTo(source.server().serverId());
        try (StatefulRedisConnection<byte[], byte[]> admin =
                RedisServer.connections().openAdmin(target.server())) {
            assertThat(admin.sync().configGet("maxmemory")).containsEntry("maxmemory", "734003200");
        }
        service.send(new DiscardTarget(step));
        received.await(TargetDiscarded.class, TargetDiscarded::step, step, 1);
        assertThat(directoryOf(target)).doesNotExist();
    }

    @Test
    void aRemovedServerTakesItsDatabasesProcessesWithIt() throws Exception {
        service.createDatabase(EngineId.REDIS, "tyrell", "alone", "dedicated");
        PlacedDatabase placed = service.placement("tyrell", "alone");
        Path directory =
                ProvisioningFixture.directoryOf(placed.server().serverId()).orElseThrow();

        service.delete(tyrell.path("alone"));

        assertThat(directory).doesNotExist();
        assertThat(service.get("/api/v1/servers/" + placed.server().serverId()).code())
                .isEqualTo("SERVER_NOT_FOUND");
    }

    private static Path directoryOf(PlacedDatabase database) {
        return ProvisioningFixture.serversDirectory()
                .resolve(database.server().serverId())
                .resolve("databases")
                .resolve(database.databaseName());
    }

    private static DatabaseRoute awaitRoute(String database) throws Exception {
        Eventually.await(
                "route of " + database,
                LONG,
                () -> received.routesOf(database).stream().anyMatch(Optional::isPresent));
        return received.routesOf(database).getLast().orElseThrow();
    }

    private static void write(PlacedDatabase database, String key, String value) {
        try (StatefulRedisConnection<byte[], byte[]> owner = RedisServer.openOwner(database)) {
            owner.sync().set(bytes(key), bytes(value));
        }
    }

    private static String read(PlacedDatabase database, String key) {
        try (StatefulRedisConnection<byte[], byte[]> owner = RedisServer.openOwner(database)) {
            return new String(owner.sync().get(bytes(key)), UTF_8);
        } catch (RedisException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
