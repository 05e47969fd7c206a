package io.godwit.replication.engine.redis;

import io.godwit.events.Failure;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.ReplicationException;
import io.godwit.replication.engine.UndoRecords;
import java.util.List;

/** Keys that changed too often to be compared while writes went on; they are compared when the source stands still. */
final class RedisPendingKeys {
    static final String RECORD = "PENDING_KEYS";

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

    boolean isAny(ChangeStream stream) {
        return !load(stream).isEmpty();
    }

    /**
     * Compares them now; nothing may write.
     *
     * @throws ReplicationException {@code VERIFICATION_FAILED}
     */
    void requireEqual(ChangeStream stream) throws Exception {
        List<Pending> pending = load(stream);
        if (pending.isEmpty()) {
            return;
        }
        try (RedisSession source = sessions.open(stream.source());
                RedisSession target = sessions.open(stream.target())) {
            for (Pending key : pending) {
                source.commands().select(key.database());
                target.commands().select(key.database());
                if (!RedisDigests.of(source, key.key()).equals(RedisDigests.of(target, key.key()))) {
                    throw differs(RedisKeyNames.describe(key.database(), key.key()));
                }
            }
        }
    }

    private List<Pending> load(ChangeStream stream) {
        return records.find(stream.migrationId(), stream.source().server().serverId(), RECORD, All.class)
                .map(All::keys)
                .orElse(List.of());
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
