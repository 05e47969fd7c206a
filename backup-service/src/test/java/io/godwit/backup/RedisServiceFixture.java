package io.godwit.backup;

import io.godwit.backup.store.ArchiveStore;
import io.godwit.backup.store.Manifest;
import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.ServerAccess;
import io.godwit.events.MessageJson;
import io.godwit.processes.redis.RedisInstance;
import io.godwit.testing.Eventually;
import io.godwit.testing.FaultyLink;
import io.godwit.testing.RedisServer;
import io.godwit.testing.TestDirectory;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import software.amazon.awssdk.services.s3.model.S3Object;
import tools.jackson.databind.JsonNode;

/** The service with a Redis server for each tenant's database. */
final class RedisServiceFixture implements AutoCloseable {
    static final String REPLACE = "{\"confirm\":\"%s\",\"replace\":true}";

    final BackupServiceFixture service;
    final Path scratchDirectory;

    private final Map<DatabaseId, RedisServer> servers = new HashMap<>();

    /** @param more properties over the usual ones */
    RedisServiceFixture(String name, Map<String, Object> more) {
        scratchDirectory = TestDirectory.resolve("scratch-" + name);
        Map<String, Object> properties = new HashMap<>(Map.of(
                "godwit.redis.server-program",
                RedisServer.serverProgram(),
                "godwit.redis.scratch-directory",
                scratchDirectory));
        properties.putAll(more);
        service = new BackupServiceFixture(properties);
    }

    /** Makes a tenant's database on a server of its own, with so many keys {@code order:0} and so on, and places it. */
    PlacedDatabase createDatabase(DatabaseId id, int keys) {
        RedisServer server = RedisServer.start(id.name(), Map.of("maxmemory", "200000000"));
        servers.put(id, server);
        PlacedDatabase database = server.createTenantDatabase(id);
        service.provisioning.place(id, database);
        as(database, commands -> {
            for (int i = 0; i < keys; i++) {
                commands.set(key("order:" + i), key("value of order " + i));
            }
            return null;
        });
        return database;
    }

    RedisServer server(DatabaseId id) {
        return Objects.requireNonNull(servers.get(id), "no database " + id + " was made");
    }

    /** Has the service reach the database over the link. */
    void placeBehind(FaultyLink link, DatabaseId id, PlacedDatabase database) {
        ServerAccess access = database.server();
        ServerAccess linked = new ServerAccess(
                access.serverId(),
                access.engine(),
                access.version(),
                link.address(),
                access.security(),
                access.admin(),
                access.replication());
        service.provisioning.place(id, new PlacedDatabase(linked, database.databaseName(), database.owner()));
    }

    String limit(DatabaseId id) {
        try (StatefulRedisConnection<byte[], byte[]> admin = server(id).openAdmin()) {
            return admin.sync().configGet("maxmemory").getOrDefault("maxmemory", "none");
        }
    }

    static byte[] key(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Runs commands as the tenant. */
    static <T> T as(PlacedDatabase database, Function<RedisCommands<byte[], byte[]>, T> work) {
        try (StatefulRedisConnection<byte[], byte[]> connection = RedisServer.openOwner(database)) {
            return work.apply(connection.sync());
        }
    }

    static long keys(PlacedDatabase database) {
        return as(database, RedisCommands::dbsize);
    }

    Manifest manifest(DatabaseId id, JsonNode backup) {
        String object = ArchiveStore.folder(id, backup.path("id").asString()) + "manifest.json";
        byte[] json = service.s3
                .getObjectAsBytes(
                        request -> request.bucket(service.store.bucket()).key(object))
                .asByteArray();
        return MessageJson.mapper().readValue(json, Manifest.class);
    }

    List<String> objects(DatabaseId id) {
        return service
                .s3
                .listObjectsV2(request -> request.bucket(service.store.bucket()).prefix("backups/" + id + "/"))
                .contents()
                .stream()
                .map(S3Object::key)
                .toList();
    }

    JsonNode restore(String backup, DatabaseId into) throws Exception {
        BackupServiceFixture.Answer accepted =
                service.post("/api/v1/backups/" + backup + "/restore", REPLACE.formatted(into));
        if (accepted.status() != 202) {
            throw new AssertionError("restore refused: " + accepted);
        }
        return service.awaitRun(backup, "restore");
    }

    /** Begins a restore over a slow link; returns when the database's server queues what is to replace its contents. */
    void beginReplacement(FaultyLink link, DatabaseId id, PlacedDatabase database, String backup) throws Exception {
        link.delay(Duration.ofMillis(50));
        placeBehind(link, id, database);
        BackupServiceFixture.Answer accepted =
                service.post("/api/v1/backups/" + backup + "/restore", REPLACE.formatted(id));
        if (accepted.status() != 202) {
            throw new AssertionError("restore refused: " + accepted);
        }
        Eventually.await(
                "the replacement's begin",
                BackupServiceFixture.LONG,
                () -> limit(id).equals("0"));
    }

    /** The folders in which archives are looked into, whosever they are. */
    List<Path> scratchFolders() throws IOException {
        if (!Files.isDirectory(scratchDirectory)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.walk(scratchDirectory, 2)) {
            return folders.filter(folder -> folder.getFileName().toString().startsWith("godwit_"))
                    .toList();
        }
    }

    /** Those of them in which a server runs. */
    List<Path> scratchServers() throws IOException {
        return scratchFolders().stream()
                .filter(folder -> new RedisInstance(folder).running().isPresent())
                .toList();
    }

    @Override
    public void close() {
        service.close();
        servers.values().forEach(RedisServer::close);
    }
}
