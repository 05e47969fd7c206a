package io.godwit.replication.engine.redis;

import java.util.LinkedHashMap;
import java.util.Map;

/** A part of what a server says of itself by {@code INFO}. */
record RedisInfo(Map<String, String> fields) {

    static RedisInfo parse(String text) {
        Map<String, String> fields = new LinkedHashMap<>();
        text.lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0 && !line.startsWith("#")) {
                fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        });
        return new RedisInfo(fields);
    }

    /** @return empty if the server does not say */
    String text(String field) {
        return fields.getOrDefault(field, "");
    }

    /** @return 0 if the server does not say, or not in whole numbers */
    long number(String field) {
        String value = text(field);
        return value.matches("-?\\d{1,18}") ? Long.parseLong(value) : 0;
    }
}
