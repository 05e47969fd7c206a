package io.godwit.proxy.protocol.postgresql;

import io.godwit.engines.DatabaseId;
import io.godwit.proxy.gate.DatabaseGate;
import io.godwit.proxy.protocol.PoolMeters;
import io.godwit.proxy.protocol.Pooling;
import io.godwit.proxy.protocol.Pooling.Mode;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The pools of all databases that have one. Safe for use by all event loops. */
public final class PostgresPools {
    private final Function<DatabaseId, Pooling> settings;
    private final PoolMeters meters;
    private final Map<DatabaseId, Entry> entries = new ConcurrentHashMap<>();

    private record Entry(DatabaseGate gate, PostgresPool pool) {}

    public PostgresPools(Function<DatabaseId, Pooling> settings, PoolMeters meters) {
        this.settings = settings;
        this.meters = meters;
    }

    /** @return null if each of the database's sessions has a server connection of its own */
    @Nullable
    PostgresPool of(DatabaseGate gate) {
        Pooling pooling = settings.apply(gate.databaseId());
        return pooling.mode() == Mode.NONE ? null : pool(gate, pooling);
    }

    /** A database that was deleted and made again has a new gate, and is measured anew. */
    private PostgresPool pool(DatabaseGate gate, Pooling pooling) {
        Entry entry = entries.get(gate.databaseId());
        if (entry == null || !entry.gate().equals(gate)) {
            entry = entries.compute(gate.databaseId(), (id, last) -> {
                if (last != null && last.gate().equals(gate)) {
                    return last;
                }
                Entry made = new Entry(gate, new PostgresPool(id, pooling));
                meters.onPool(id, made.pool());
                return made;
            });
        }
        return entry.pool();
    }
}
