package io.godwit.replication.engine.redis;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.ArrayOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A server's function libraries.
 *
 * @param code of each library by its name; it says the engine in its first line
 */
record RedisFunctions(Map<String, String> code) {

    static RedisFunctions read(RedisSession session) {
        List<Object> libraries = session.commands()
                .dispatch(
                        CommandType.FUNCTION,
                        new ArrayOutput<>(ByteArrayCodec.INSTANCE),
                        new CommandArgs<>(ByteArrayCodec.INSTANCE).add("LIST").add("WITHCODE"));
        Map<String, String> code = new TreeMap<>();
        for (Object library : libraries) {
            Map<String, Object> fields = new HashMap<>();
            List<?> parts = (List<?>) library;
            for (int i = 0; i + 1 < parts.size(); i += 2) {
                fields.put(text(parts.get(i)), parts.get(i + 1));
            }
            code.put(text(fields.get("library_name")), text(fields.get("library_code")));
        }
        return new RedisFunctions(code);
    }

    List<String> names() {
        return List.copyOf(code.keySet());
    }

    /** @return the libraries that only one of the two has, or that differ */
    List<String> differing(RedisFunctions other) {
        TreeMap<String, String> all = new TreeMap<>(code);
        all.putAll(other.code);
        return all.keySet().stream()
                .filter(name -> !code.containsKey(name) || !code.get(name).equals(other.code.get(name)))
                .toList();
    }

    private static String text(@Nullable Object value) {
        return value instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : String.valueOf(value);
    }
}
