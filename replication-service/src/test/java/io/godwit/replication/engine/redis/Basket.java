package io.godwit.replication.engine.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.InMemoryUndoRecords;
import io.godwit.replication.engine.MoveLimits;
import io.godwit.replication.engine.MovingDatabase;
import io.godwit.testing.RedisServer;
import io.godwit.testing.TestSecrets;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.springframework.util.unit.DataSize;

/** A tenant's database in one server process, and the empty one it is to move to. */
final class Basket implements MovingDatabase {
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final List<String> SETTINGS = List.of(
            "client-output-buffer-limit", "repl-backlog-size", "repl-diskless-sync-delay", "masteruser", "masterauth");

    final RedisServer sourceServer;
    final RedisServer targetServer;
    final DatabaseId id;
    final InMemoryUndoRecords records = new InMemoryUndoRecords();
    final ChangeStream stream;
    private final Map<String, Map<String, String>> settingsBefore = new TreeMap<>();
    private RedisEngine engine;

    Basket() {
        this(RedisServer.shared("source"), RedisServer.shared("target"));
    }

    Basket(RedisServer sourceServer, RedisServer targetServer) {
        this.sourceServer = sourceServer;
        this.targetServer = targetServer;
        int number = COUNT.incrementAndGet();
        this.id = new DatabaseId("acme" + number, "basket");
        this.stream = new ChangeStream(
                "mig_redis" + number, sourceServer.createTenantDatabase(id), targetServer.createTenantDatabase(id));
        for (PlacedDatabase database : List.of(stream.source(), stream.target())) {
            settingsBefore.put(database.server().serverId(), settings(database));
        }
        this.engine = newEngine(limits());
    }

    RedisEngine newEngine(MoveLimits limits) {
        return new RedisEngine(
                TestSecrets.sealer(),
                RedisServer.connections(),
                records,
                limits,
                new RedisLimits(DataSize.ofGigabytes(1), DataSize.ofMegabytes(64), DataSize.ofKilobytes(64), 5000));
    }

    static MoveLimits limits() {
        return limits(Duration.ofSeconds(20), Duration.ofSeconds(5));
    }

    static MoveLimits limits(Duration stall, Duration flush) {
        return limits(stall, flush, Duration.ofSeconds(60));
    }

    static MoveLimits limits(Duration stall, Duration flush, Duration converge) {
        return new MoveLimits(
                2,
                DataSize.ofKilobytes(256),
                2,
                500,
                Duration.ofSeconds(30),
                Duration.ofMillis(500),
                stall,
                Duration.ofMinutes(2),
                Duration.ofMillis(50),
                converge,
                Duration.ofSeconds(5),
                flush,
                DataSize.ofGigabytes(1));
    }

    @Override
    public RedisEngine engine() {
        return engine;
    }

    @Override
    public void restartService() {
        restartService(limits());
    }

    void restartService(MoveLimits limits) {
        engine.close();
        engine = newEngine(limits);
    }

    @Override
    public ChangeStream stream() {
        return stream;
    }

    @Override
    public void write(PlacedDatabase database, String key, String value) {
        try (StatefulRedisConnection<byte[], byte[]> owner = RedisServer.openOwner(database)) {
            owner.sync().set(key.getBytes(UTF_8), value.getBytes(UTF_8));
        }
    }

    @Override
    public void tamper(PlacedDatabase database, String key, String value) {
        admin(database, commands -> {
            commands.configSet("replica-read-only", "no");
            commands.set(key.getBytes(UTF_8), value.getBytes(UTF_8));
            return commands.configSet("replica-read-only", "yes");
        });
    }

    @Override
    public Map<String, String> contents(PlacedDatabase database) {
        return admin(database, RedisText::contents);
    }

    <T> T admin(PlacedDatabase database, Function<RedisCommands<byte[], byte[]>, T> work) {
        try (StatefulRedisConnection<byte[], byte[]> admin =
                RedisServer.connections().openAdmin(database.server())) {
            return work.apply(admin.sync());
        }
    }

    RedisInfo info(PlacedDatabase database, String section) {
        return admin(database, commands -> RedisInfo.parse(commands.info(section)));
    }

    RedisState state(PlacedDatabase database) {
        return RedisState.of(info(database, "replication"));
    }

    @Override
    public List<String> traces(PlacedDatabase database) {
        List<String> traces = new ArrayList<>();
        if (!state(database).isMaster()) {
            traces.add("it is a replica");
        }
        Map<String, String> before =
                settingsBefore.getOrDefault(database.server().serverId(), Map.of());
        settings(database).forEach((name, value) -> {
            if (!value.equals(before.get(name))) {
                traces.add("setting " + name + " '" + value + "'");
            }
        });
        return traces;
    }

    private Map<String, String> settings(PlacedDatabase database) {
        return admin(database, commands -> {
            Map<String, String> settings = new TreeMap<>();
            SETTINGS.forEach(name -> settings.putAll(commands.configGet(name)));
            return settings;
        });
    }

    /** @throws IllegalStateException if the move has left something on a server that other tests use, too */
    @Override
    public void close() throws InterruptedException {
        takeBackCutover();
        engine.stopReverse(stream);
        engine.stop(stream);
        engine.close();
        List<String> traces = new ArrayList<>();
        for (RedisServer server : List.of(sourceServer, targetServer)) {
            if (server.process().running().isPresent()) {
                try (StatefulRedisConnection<byte[], byte[]> admin = server.openAdmin()) {
                    admin.sync().replicaofNoOne();
                }
                server.dropTenantDatabase(id);
            }
        }
        for (PlacedDatabase database : List.of(stream.source(), stream.target())) {
            RedisServer server = database.equals(stream.source()) ? sourceServer : targetServer;
            if (server.process().running().isPresent()) {
                traces.addAll(traces(database));
            }
        }
        if (!traces.isEmpty()) {
            throw new IllegalStateException("the move has left " + traces);
        }
    }

    /** Of a fenced source the engine believes that it has been left, and puts nothing back there. */
    private void takeBackCutover() throws InterruptedException {
        boolean bothRun = sourceServer.process().running().isPresent()
                && targetServer.process().running().isPresent();
        if (bothRun && state(stream.target()).follows(stream.source())) {
            engine.unfence(stream.migrationId(), stream.source());
        }
    }
}
