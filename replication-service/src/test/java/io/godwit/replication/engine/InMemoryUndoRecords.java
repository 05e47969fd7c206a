package io.godwit.replication.engine;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/** Keeps records as JSON, as the service does, but not beyond the test. */
public final class InMemoryUndoRecords implements UndoRecords {
    private final JsonMapper json = JsonMapper.builder().build();
    private final Map<String, String> records = new TreeMap<>();
    private final Map<String, Integer> asked = new TreeMap<>();

    @Override
    public synchronized <T> void save(String migrationId, String serverId, String kind, T detail) {
        records.put(key(migrationId, serverId, kind), json.writeValueAsString(detail));
    }

    @Override
    public synchronized <T> Optional<T> find(String migrationId, String serverId, String kind, Class<T> detailType) {
        asked.merge(kind, 1, Integer::sum);
        return Optional.ofNullable(records.get(key(migrationId, serverId, kind)))
                .map(detail -> json.readValue(detail, detailType));
    }

    @Override
    public synchronized void remove(String migrationId, String serverId, String kind) {
        records.remove(key(migrationId, serverId, kind));
    }

    /** @return all that is noted, as JSON */
    public synchronized Map<String, String> all() {
        return Map.copyOf(records);
    }

    /** @return how often a note of the kind was asked for */
    public synchronized int asked(String kind) {
        return asked.getOrDefault(kind, 0);
    }

    private static String key(String migrationId, String serverId, String kind) {
        return migrationId + " " + serverId + " " + kind;
    }
}
