package io.godwit.launcher.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.godwit.engines.PlacedDatabase;
import io.godwit.processes.redis.RedisInstance;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a move could leave behind on Redis. */
final class RedisLeftovers implements Leftovers {
    private static final String OWN_CHANNELS = "__godwit__*";

    /** What a move raises for its time, as every server has it that the platform makes. */
    private static final Map<String, String> SETTINGS = Map.of(
            "masteruser",
            "",
            "masterauth",
            "",
            "repl-backlog-size",
            "16777216",
            "repl-diskless-sync-delay",
            "0",
            "client-output-buffer-limit",
            "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60");

    /** Of a server that nobody follows and that follows nobody. */
    private static final List<String> ALONE =
            List.of("role:master", "connected_slaves:0", "master_failover_state:no-failover");

    private final E2ePlatform platform;

    RedisLeftovers(E2ePlatform platform) {
        this.platform = platform;
    }

    @Override
    public List<String> ofMove(PlacedDatabase home) {
        try (StatefulRedisConnection<byte[], byte[]> connection =
                platform.redisConnections().openAdmin(home.server())) {
            RedisCommands<byte[], byte[]> commands = connection.sync();
            List<String> found = new ArrayList<>();
            String replication = commands.info("replication");
            ALONE.stream()
                    .filter(line -> replication.lines().noneMatch(line::equals))
                    .forEach(line -> found.add("no '" + line + "'"));
            SETTINGS.forEach((name, value) -> {
                String now = commands.configGet(name).get(name);
                if (!value.equals(now)) {
                    found.add(name + " '" + now + "'");
                }
            });
            users(commands.aclList(), home, found);
            commands.pubsubChannels(OWN_CHANNELS.getBytes(UTF_8))
                    .forEach(channel -> found.add("subscriber of " + new String(channel, UTF_8)));
            return found;
        }
    }

    private static void users(List<String> users, PlacedDatabase home, List<String> found) {
        String owner = "user " + home.owner().user() + " on ";
        if (users.stream().noneMatch(user -> user.startsWith(owner))) {
            found.add("owner without login");
        }
        List<String> known = List.of(
                home.owner().user(),
                "godwit_probe",
                home.server().admin().user(),
                home.server().replication().user());
        users.stream()
                .filter(user -> !user.startsWith("user default off "))
                .filter(user -> known.stream().noneMatch(name -> user.startsWith("user " + name + " ")))
                .forEach(user -> found.add(user.split(" ", 3)[1] + ", a user"));
    }

    /** A process and a folder of its own are all that a database has on a shared server. */
    @Override
    public List<String> ofDatabase(PlacedDatabase former) {
        Path folder = RedisInstance.databaseDirectory(
                platform.serverFolder(former.server().serverId()), former.databaseName());
        List<String> found = new ArrayList<>(platform.processesIn(folder));
        if (Files.exists(folder)) {
            found.add("folder " + folder);
        }
        return found;
    }
}
