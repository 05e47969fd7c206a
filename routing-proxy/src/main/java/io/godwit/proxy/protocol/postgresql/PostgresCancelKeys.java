package io.godwit.proxy.protocol.postgresql;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The cancel keys that clients of this proxy hold. They stay the same while a session changes servers. Safe for use by
 * all event loops.
 */
final class PostgresCancelKeys {
    private final PostgresNonces nonces;
    private final Map<Integer, Entry> entries = new ConcurrentHashMap<>();

    private record Entry(int secretKey, PostgresSession session) {}

    record Key(int processId, int secretKey) {}

    PostgresCancelKeys(PostgresNonces nonces) {
        this.nonces = nonces;
    }

    Key register(PostgresSession session) {
        Entry entry = new Entry(nonces.nextInt(), session);
        int processId;
        do {
            processId = nonces.nextInt() & Integer.MAX_VALUE;
        } while (entries.putIfAbsent(processId, entry) != null);
        return new Key(processId, entry.secretKey());
    }

    void remove(Key key) {
        entries.remove(key.processId());
    }

    /** @return null if the key is nobody's */
    @Nullable
    PostgresSession find(int processId, int secretKey) {
        Entry entry = entries.get(processId);
        return entry != null && entry.secretKey() == secretKey ? entry.session() : null;
    }
}
