package io.godwit.provisioning.engine.redis;

import io.godwit.engines.Tier;
import io.godwit.provisioning.engine.DatabaseOptions;
import io.godwit.provisioning.engine.ProvisioningException;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The settings of a server that a database takes along, because its data or its clients would notice the difference.
 * Limits on memory belong to the place: a shared server imposes one, a dedicated one does not.
 */
final class RedisDatabaseOptions {
    private static final String DATABASES = "databases";
    private static final String MAX_MEMORY = "maxmemory";
    private static final String POLICY = "maxmemory-policy";
    /** Not a setting: how much the source uses, for the limit of the target. */
    private static final String USED_MEMORY = "used_memory";

    private static final Set<String> CARRIED = Set.of(
            DATABASES,
            MAX_MEMORY,
            POLICY,
            "maxmemory-samples",
            "notify-keyspace-events",
            "proto-max-bulk-len",
            "busy-reply-threshold",
            "timeout",
            "lfu-log-factor",
            "lfu-decay-time",
            "hash-max-listpack-entries",
            "hash-max-listpack-value",
            "set-max-intset-entries",
            "zset-max-listpack-entries",
            "zset-max-listpack-value",
            "list-max-listpack-size",
            "list-compress-depth",
            "stream-node-max-bytes",
            "stream-node-max-entries",
            "hll-sparse-max-bytes",
            "tracking-table-max-keys",
            "lazyfree-lazy-eviction",
            "lazyfree-lazy-expire",
            "lazyfree-lazy-server-del",
            "lazyfree-lazy-user-del",
            "lazyfree-lazy-user-flush");

    private RedisDatabaseOptions() {}

    static DatabaseOptions read(RedisCommands<byte[], byte[]> commands) {
        Map<String, String> values = new HashMap<>(commands.configGet(CARRIED.toArray(String[]::new)));
        values.put(USED_MEMORY, Long.toString(RedisInfo.read(commands).number(USED_MEMORY)));
        return new DatabaseOptions(values);
    }

    /** Directives that a running server can't change. */
    static Map<String, String> fixedAtStart(DatabaseOptions options) {
        String databases = options.values().get(DATABASES);
        return databases == null ? Map.of() : Map.of(DATABASES, databases);
    }

    /** Gives a running server the options, of which it keeps a note for its next start. */
    static void apply(
            RedisCommands<byte[], byte[]> commands, DatabaseOptions options, Tier tier, RedisProperties properties) {
        Map<String, String> known = commands.configGet(CARRIED.toArray(String[]::new));
        requireDatabases(options, known);
        Map<String, String> wanted = new TreeMap<>(options.values());
        wanted.keySet().retainAll(known.keySet());
        wanted.remove(DATABASES);
        wanted.putIfAbsent(POLICY, properties.maxMemoryPolicy());
        wanted.put(MAX_MEMORY, Long.toString(maxMemory(options, tier, properties)));
        wanted.entrySet().removeIf(entry -> entry.getValue().equals(known.get(entry.getKey())));
        wanted.forEach(commands::configSet);
    }

    private static void requireDatabases(DatabaseOptions options, Map<String, String> known) {
        int wanted = Integer.parseInt(options.values().getOrDefault(DATABASES, "0"));
        int present = Integer.parseInt(known.getOrDefault(DATABASES, "0"));
        if (present < wanted) {
            throw ProvisioningException.conflict(
                    "TOO_FEW_LOGICAL_DATABASES",
                    "The target has " + present + " logical databases; expected at least " + wanted
                            + ", as the source has");
        }
    }

    private static long maxMemory(DatabaseOptions options, Tier tier, RedisProperties properties) {
        long imposed = properties.maxMemoryPerSharedDatabase().toBytes();
        long carried = number(options, MAX_MEMORY);
        return switch (tier) {
            case SHARED -> carried > 0 ? carried : Math.max(imposed, 2 * number(options, USED_MEMORY));
            case DEDICATED -> carried == imposed ? 0 : carried;
        };
    }

    private static long number(DatabaseOptions options, String name) {
        return Long.parseLong(options.values().getOrDefault(name, "0"));
    }
}
