package io.godwit.backup.engine.redis;

import io.godwit.backup.engine.TableFingerprint;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.NestedMultiOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The libraries of functions in a server; they belong to the data and lie in no logical database. */
final class RedisFunctions {
    /** What follows the content of a dump: the version of its format in two bytes, and a checksum in eight. */
    private static final int FOOTER_BYTES = 10;

    private RedisFunctions() {}

    /** With a row for each library. */
    static TableFingerprint fingerprint(RedisCommands<byte[], byte[]> commands) {
        RedisSum libraries = new RedisSum();
        for (Object library : list(commands)) {
            libraries.add(code((List<?>) library));
        }
        return new TableFingerprint("functions", libraries.rows(), libraries.hash());
    }

    static boolean none(RedisCommands<byte[], byte[]> commands) {
        return list(commands).isEmpty();
    }

    /**
     * The version of the format in which a server writes dumps and archives; it reads that and every older one.
     *
     * @param dump of functions
     */
    static int formatVersion(byte[] dump) {
        int at = dump.length - FOOTER_BYTES;
        return (dump[at] & 0xff) | (dump[at + 1] & 0xff) << 8;
    }

    private static List<Object> list(RedisCommands<byte[], byte[]> commands) {
        return commands.dispatch(
                CommandType.FUNCTION,
                new NestedMultiOutput<>(ByteArrayCodec.INSTANCE),
                new CommandArgs<>(ByteArrayCodec.INSTANCE).add("LIST").add("WITHCODE"));
    }

    /** Its first line names the library and its engine. */
    private static byte[] code(List<?> library) {
        for (int i = 0; i + 1 < library.size(); i += 2) {
            if ("library_code".equals(text(library.get(i)))) {
                return (byte[]) library.get(i + 1);
            }
        }
        throw new IllegalStateException("a library of functions is listed without its code");
    }

    private static String text(Object value) {
        return new String((byte[]) value, StandardCharsets.UTF_8);
    }
}
