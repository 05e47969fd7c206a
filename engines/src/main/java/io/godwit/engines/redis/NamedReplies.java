package io.godwit.engines.redis;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Replies of names and values in turn, such as those of {@code XINFO}. */
public final class NamedReplies {
    private NamedReplies() {}

    /** The values by name; without those that are null. */
    public static Map<String, Object> of(Object reply) {
        List<?> words = (List<?>) reply;
        Map<String, Object> values = new HashMap<>();
        for (int i = 0; i + 1 < words.size(); i += 2) {
            Object value = words.get(i + 1);
            if (value != null) {
                values.put(new String((byte[]) words.get(i), StandardCharsets.UTF_8), value);
            }
        }
        return values;
    }
}
