package io.godwit.replication.engine.redis;

import io.godwit.engines.Login;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.SealedSecret;
import io.godwit.engines.SecretSealer;
import io.godwit.replication.engine.UndoRecords;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server's settings for the time of a move: how it logs in to the other one, and that a replica which falls behind is
 * not dropped at once. Only the running server is changed, so after a restart they have to be set anew.
 */
final class RedisLinkSettings {
    static final String RECORD = "SETTINGS";

    private static final String USER = "masteruser";
    private static final String PASSWORD = "masterauth";
    private static final String BUFFER = "client-output-buffer-limit";
    private static final String BACKLOG = "repl-backlog-size";
    private static final String DELAY = "repl-diskless-sync-delay";

    /** {@code class hard soft seconds}; replicas have kept their older name here. */
    private static final Pattern REPLICA_LIMIT = Pattern.compile("(?:slave|replica) (\\d+) (\\d+) (\\d+)");

    private final SecretSealer sealer;
    private final UndoRecords records;
    private final RedisLimits limits;

    RedisLinkSettings(SecretSealer sealer, UndoRecords records, RedisLimits limits) {
        this.sealer = sealer;
        this.records = records;
        this.limits = limits;
    }

    /** @param peer the other server of the move, which this one follows or will follow */
    void raise(RedisSession session, String migrationId, PlacedDatabase database, PlacedDatabase peer) {
        Before before = recorded(session, migrationId, database);
        Map<String, String> settings = new LinkedHashMap<>();
        Login login = peer.server().replication();
        settings.put(USER, login.user());
        settings.put(PASSWORD, sealer.open(login.password()));
        settings.put(BUFFER, "replica " + bufferLimit(before.settings().getOrDefault(BUFFER, "")) + " 0 0");
        settings.put(BACKLOG, Long.toString(backlog(session, before)));
        settings.put(DELAY, "0");
        session.set(settings);
    }

    /** Puts back what {@link #raise} found; does nothing where it never was. */
    void restore(RedisSession session, String migrationId, PlacedDatabase database) {
        String serverId = database.server().serverId();
        Optional<Before> before = records.find(migrationId, serverId, RECORD, Before.class);
        if (before.isEmpty()) {
            return;
        }
        Map<String, String> settings = new LinkedHashMap<>(before.get().settings());
        settings.put(PASSWORD, sealer.open(before.get().password()));
        session.set(settings);
        records.remove(migrationId, serverId, RECORD);
    }

    boolean areRaised(String migrationId, PlacedDatabase database) {
        return records.find(migrationId, database.server().serverId(), RECORD, Before.class)
                .isPresent();
    }

    /** What was there before the first attempt must not be replaced by what that attempt left. */
    private Before recorded(RedisSession session, String migrationId, PlacedDatabase database) {
        String serverId = database.server().serverId();
        Optional<Before> recorded = records.find(migrationId, serverId, RECORD, Before.class);
        if (recorded.isPresent()) {
            return recorded.get();
        }
        Map<String, String> settings = new LinkedHashMap<>();
        for (String name : new String[] {USER, BUFFER, BACKLOG, DELAY}) {
            settings.put(name, session.setting(name));
        }
        Before before = new Before(settings, sealer.seal(session.setting(PASSWORD)));
        records.save(migrationId, serverId, RECORD, before);
        return before;
    }

    /** No limit, or a higher one, is left as it is. */
    private long bufferLimit(String before) {
        Matcher replica = REPLICA_LIMIT.matcher(before);
        long hard = replica.find() ? Long.parseLong(replica.group(1)) : 0;
        return hard == 0 ? 0 : Math.max(hard, limits.replicaBuffer().toBytes());
    }

    /**
     * The backlog, unlike the buffers, counts against the tenant's memory limit: taken without need it would have keys
     * evicted or writes refused.
     */
    private long backlog(RedisSession session, Before before) {
        long wanted = limits.backlog().toBytes();
        RedisInfo memory = session.info("memory");
        long limit = memory.number("maxmemory");
        if (limit > 0) {
            long free = Math.max(0, limit - memory.number("used_memory"));
            wanted = Math.min(wanted, free / 4);
        }
        long present = new RedisInfo(before.settings()).number(BACKLOG);
        return Math.max(present, wanted);
    }

    record Before(Map<String, String> settings, SealedSecret password) {}
}
