package io.godwit.launcher.demo.engine.redis;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Values that a client keeps until the server says that they have changed. Safe for use by several threads. */
final class ClientCache {
    private final Map<String, String> values = new ConcurrentHashMap<>();

    @Nullable
    String find(String key) {
        return values.get(key);
    }

    void put(String key, String value) {
        values.put(key, value);
    }

    /** @param keys null for all */
    void invalidate(@Nullable List<?> keys) {
        if (keys == null) {
            values.clear();
        } else {
            keys.forEach(key -> values.remove(key.toString()));
        }
    }
}
