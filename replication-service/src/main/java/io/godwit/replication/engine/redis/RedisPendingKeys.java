package io.godwit.replication.engine.redis;

import io.godwit.engines.PlacedDatabase;
import io.godwit.events.Failure;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.ParallelTasks;
import io.godwit.replication.engine.ReplicationException;
import io.godwit.replication.engine.UndoRecords;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keys that changed too often to be compared while writes went on; they are compared when the source stands still. */
final class RedisPendingKeys {
    static final String RECORD = "PENDING_KEYS";

    private static final Logger LOG = LoggerFactory.getLogger(RedisPendingKeys.class);

    private final RedisSessions sessions;
    private final UndoRecords records;

    RedisPendingKeys(RedisSessions sessions, UndoRecords records) {
        this.sessions = sessions;
        this.records = records;
    }

    void save(ChangeStream stream, List<Pending> pending) {
        String serverId = stream.source().server().serverId();
        if (pending.isEmpty()) {
            records.remove(stream.migrationId(), serverId, RECORD);
        } else {
            records.save(stream.migrationId(), serverId, RECORD, new All(pending));
        }
    }

    List<Pending> load(ChangeStream stream) {
        return records.find(stream.migrationId(), stream.source().server().serverId(), RECORD, All.class)
                .map(All::keys)
                .orElse(List.of());
    }

    /**
     * Compares them now; nothing may write. In the sessions that are kept, since there is no time to log in.
     *
     * @throws ReplicationException {@code VERIFICATION_FAILED}
     */
    void requireEqual(ChangeStream stream, List<Pending> pending) throws Exception {
        long begun = System.nanoTime();
        Map<Integer, List<byte[]>> databases = pending.stream()
                .collect(Collectors.groupingBy(
                        Pending::database, TreeMap::new, Collectors.mapping(Pending::key, Collectors.toList())));
        for (Map.Entry<Integer, List<byte[]>> database : databases.entrySet()) {
            requireEqual(stream, database.getKey(), database.getValue());
        }
        LOG.atInfo()
                .setMessage("Compared behind the fence what had changed too often before")
                .addKeyValue("migration", stream.migrationId())
                .addKeyValue("keys", pending.size())
                .addKeyValue("millis", (System.nanoTime() - begun) / 1_000_000)
                .log();
    }

    private void requireEqual(ChangeStream stream, int database, List<byte[]> keys) throws Exception {
        RedisSession source = inDatabase(stream.source(), database);
        RedisSession target = inDatabase(stream.target(), database);
        List<RedisReading> readings = RedisReading.of(source, keys);
        ParallelTasks.Both<List<String>, List<String>> digests =
                ParallelTasks.both(() -> RedisDigests.of(source, readings), () -> RedisDigests.of(target, readings));
        for (int i = 0; i < keys.size(); i++) {
            if (!digests.first().get(i).equals(digests.second().get(i))) {
                throw differs(RedisKeyNames.describe(database, keys.get(i)));
            }
        }
    }

    /** Nothing else that is asked in the kept sessions is about keys. */
    private RedisSession inDatabase(PlacedDatabase server, int database) throws InterruptedException {
        return sessions.with(server, session -> {
            session.commands().select(database);
            return session;
        });
    }

    static ReplicationException differs(String what) {
        return new ReplicationException(
                "VERIFICATION_FAILED", Failure.Kind.CONFLICT, what + " is not the same on source and target");
    }

    record All(List<Pending> keys) {}

    /** @param database the logical one */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Pending(int database, byte[] key) {}
}
