package io.godwit.launcher.demo.engine.redis;

import java.util.Arrays;
import java.util.List;

/** A command as one would type it into {@code redis-cli}. */
record RedisCommand(String name, List<String> arguments) {
    static RedisCommand of(String name, Object... arguments) {
        return new RedisCommand(
                name, Arrays.stream(arguments).map(Object::toString).toList());
    }

    @Override
    public String toString() {
        return name;
    }
}
