package io.godwit.replication.engine.redis;

import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.ServerAccess;
import io.godwit.events.Finding;
import io.godwit.replication.engine.Inspection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Preflight: looks for everything that replication can't do or that a person should know before. */
final class RedisInspector {
    private static final String METHOD = "replication";

    private final RedisSessions sessions;
    private final RedisLimits limits;

    RedisInspector(RedisSessions sessions, RedisLimits limits) {
        this.sessions = sessions;
        this.limits = limits;
    }

    Inspection inspect(PlacedDatabase source, @Nullable ServerAccess target) throws InterruptedException {
        try (RedisSession there = sessions.open(source)) {
            List<Finding> findings = new ArrayList<>(RedisServerChecks.source(there, source));
            findings.addAll(RedisBigKeys.find(there, limits));
            if (target != null) {
                try (RedisSession here = sessions.open(target)) {
                    findings.addAll(RedisServerChecks.target(here, target));
                    findings.addAll(RedisPairChecks.check(there, here));
                }
            }
            findings.sort(Comparator.comparing(Finding::severity).reversed().thenComparing(Finding::code));
            return new Inspection(
                    METHOD,
                    findings,
                    RedisContent.bytes(there),
                    RedisContent.count(there),
                    RedisContent.keys(there).size());
        }
    }
}
