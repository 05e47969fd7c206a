package io.godwit.replication.engine.redis;

import static io.godwit.events.Finding.Severity.BLOCKER;
import static io.godwit.events.Finding.Severity.WARNING;

import io.godwit.events.Finding;
import java.util.ArrayList;
import java.util.List;

/** What preflight compares between the two servers. */
final class RedisPairChecks {
    private RedisPairChecks() {}

    static List<Finding> check(RedisSession source, RedisSession target) {
        List<Finding> findings = new ArrayList<>();
        versions(source, target, findings);
        modules(source, target, findings);
        memory(source, target, findings);
        databases(source, target, findings);
        settings(source, target, findings);
        return findings;
    }

    /** A server can't read what a newer one sends. */
    private static void versions(RedisSession source, RedisSession target, List<Finding> findings) {
        String from = RedisServerChecks.version(source);
        String to = RedisServerChecks.version(target);
        int major = Integer.compare(RedisServerChecks.part(to, 0), RedisServerChecks.part(from, 0));
        int minor = Integer.compare(RedisServerChecks.part(to, 1), RedisServerChecks.part(from, 1));
        if (major < 0 || (major == 0 && minor < 0)) {
            findings.add(new Finding(
                    BLOCKER,
                    "TARGET_OLDER",
                    null,
                    "the target server has version " + to + ", the source " + from + "; expected it not to be older",
                    "move to a server of version " + from + " or later"));
        } else if (major > 0 || minor > 0) {
            findings.add(new Finding(
                    WARNING,
                    "TARGET_NEWER",
                    null,
                    "the target server has version " + to + ", the source " + from
                            + ", which may not be able to follow it back, so that there may be no rollback",
                    "move within one version first, if a rollback matters"));
        }
    }

    private static void modules(RedisSession source, RedisSession target, List<Finding> findings) {
        List<String> present = RedisServerChecks.modules(target);
        for (String module : RedisServerChecks.modules(source)) {
            if (!present.contains(module)) {
                findings.add(new Finding(
                        BLOCKER,
                        "MODULE_MISSING",
                        module,
                        "the target server has not loaded the module",
                        "load it there, or delete the values of its types and unload it here"));
            }
        }
    }

    private static void memory(RedisSession source, RedisSession target, List<Finding> findings) {
        long limit = target.info("memory").number("maxmemory");
        long needed = RedisContent.bytes(source);
        long limitBefore = source.info("memory").number("maxmemory");
        if (limit > 0 && needed > limit) {
            findings.add(new Finding(
                    BLOCKER,
                    "MAXMEMORY_TOO_SMALL",
                    null,
                    "the data takes " + needed + " bytes in memory; the target server allows " + limit,
                    "raise maxmemory of the target"));
        } else if (limit > 0 && (limitBefore == 0 || limit < limitBefore)) {
            findings.add(new Finding(
                    WARNING,
                    "LESS_MEMORY",
                    null,
                    "the target server allows " + limit + " bytes, the source "
                            + (limitBefore == 0 ? "any number" : limitBefore),
                    "raise maxmemory of the target"));
        }
    }

    private static void databases(RedisSession source, RedisSession target, List<Finding> findings) {
        String available = target.setting("databases");
        int highest = RedisContent.keys(source).keySet().stream()
                .mapToInt(Integer::intValue)
                .max()
                .orElse(-1);
        if (available.matches("\\d{1,6}") && highest >= Integer.parseInt(available)) {
            findings.add(new Finding(
                    BLOCKER,
                    "TOO_FEW_DATABASES",
                    Integer.toString(highest),
                    "the logical database has keys; the target server has only " + available + " logical databases",
                    "raise databases of the target and restart it"));
        }
    }

    private static void settings(RedisSession source, RedisSession target, List<Finding> findings) {
        differs(source, target, "maxmemory-policy", "MAXMEMORY_POLICY", findings);
        differs(source, target, "notify-keyspace-events", "KEYSPACE_EVENTS_DIFFER", findings);
        String required = target.setting("min-replicas-to-write");
        if (!required.isEmpty() && !required.equals("0")) {
            findings.add(new Finding(
                    BLOCKER,
                    "REPLICAS_REQUIRED",
                    null,
                    "the target server refuses writes while it has fewer than " + required
                            + " replicas (min-replicas-to-write)",
                    "set min-replicas-to-write 0 for the time of the move"));
        }
    }

    private static void differs(
            RedisSession source, RedisSession target, String setting, String code, List<Finding> findings) {
        String here = source.setting(setting);
        String there = target.setting(setting);
        if (!here.equals(there)) {
            findings.add(new Finding(
                    WARNING,
                    code,
                    setting,
                    "the setting is '" + here + "' on the source and '" + there + "' on the target",
                    "set it on the target as on the source"));
        }
    }
}
