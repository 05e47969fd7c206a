package io.godwit.provisioning.engine.redis;

import io.lettuce.core.api.sync.RedisCommands;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What {@code INFO} tells: names and values, over all sections. */
record RedisInfo(Map<String, String> values) {
    static RedisInfo read(RedisCommands<byte[], byte[]> commands) {
        return parse(commands.info());
    }

    static RedisInfo parse(String text) {
        return new RedisInfo(text.lines()
                .filter(Predicate.not(line -> line.startsWith("#")))
                .map(line -> line.split(":", 2))
                .filter(line -> line.length == 2)
                .collect(Collectors.toUnmodifiableMap(line -> line[0], line -> line[1].strip(), (first, _) -> first)));
    }

    /** @return empty text if the server does not tell it */
    String text(String name) {
        return values.getOrDefault(name, "");
    }

    /** @return 0 if the server does not tell it */
    long number(String name) {
        String text = text(name);
        return text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
    }

    int majorVersion() {
        String major = text("redis_version").split("\\.", 2)[0];
        return major.matches("\\d{1,4}") ? Integer.parseInt(major) : 0;
    }
}
