package io.godwit.replication.engine.redis;

import io.godwit.engines.redis.NamedReplies;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScoredValue;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.NestedMultiOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The digest of a value that one command brings as a whole, so that it is the value of one moment. It covers what the
 * digest of a value in pieces does.
 */
final class RedisWholeValue {
    private static final List<String> STREAM =
            List.of("length", "last-generated-id", "max-deleted-entry-id", "entries-added");

    private final MessageDigest sha256 = sha256();

    private RedisWholeValue() {}

    /** Asks for the value; the answer is for {@link #digest}. */
    static RedisFuture<?> ask(RedisAsyncCommands<byte[], byte[]> server, RedisReading reading) {
        byte[] key = reading.key();
        return switch (reading.form()) {
            case STRING -> server.get(key);
            case LIST -> server.lrange(key, 0, -1);
            case SET -> server.smembers(key);
            case HASH -> server.hgetall(key);
            case SORTED_SET -> server.zrangeWithScores(key, 0, -1);
            case STREAM ->
                server.dispatch(
                        CommandType.XINFO,
                        new NestedMultiOutput<>(ByteArrayCodec.INSTANCE),
                        new CommandArgs<>(ByteArrayCodec.INSTANCE)
                                .add("STREAM")
                                .addKey(key)
                                .add("FULL")
                                .add("COUNT")
                                .add(0));
            case ABSENT, LONG_STRING, LONG_LIST, LONG_STREAM, IN_PIECES ->
                throw new IllegalArgumentException("not read as a whole: " + reading.form());
        };
    }

    /** @param end when the key expires, in milliseconds since the epoch; negative for never */
    static String digest(RedisReading.Form form, long end, Object answer) {
        RedisWholeValue value = new RedisWholeValue();
        value.put(form.name().getBytes(StandardCharsets.US_ASCII));
        value.put(end);
        switch (form) {
            case STRING -> value.put((byte[]) answer);
            case LIST -> value.putAll((List<?>) answer);
            case SET -> value.putAll(sorted((Collection<?>) answer));
            case HASH -> {
                ((Map<?, ?>) answer)
                        .entrySet().stream()
                                .sorted((one, other) -> compare(one.getKey(), other.getKey()))
                                .forEach(field -> {
                                    value.put((byte[]) field.getKey());
                                    value.put((byte[]) field.getValue());
                                });
            }
            case SORTED_SET -> {
                for (Object member : (List<?>) answer) {
                    ScoredValue<?> scored = (ScoredValue<?>) member;
                    // Adding zero makes the two zeros one.
                    value.put(Double.doubleToLongBits(scored.getScore() + 0.0));
                    value.put((byte[]) scored.getValue());
                }
            }
            case STREAM -> value.putStream(NamedReplies.of(answer));
            case ABSENT, LONG_STRING, LONG_LIST, LONG_STREAM, IN_PIECES ->
                throw new IllegalArgumentException("not read as a whole: " + form);
        }
        return HexFormat.of().formatHex(value.sha256.digest());
    }

    private void putStream(Map<String, Object> stream) {
        putEach(stream, STREAM);
        putNested(required(stream, "entries"));
        for (Object each : (List<?>) required(stream, "groups")) {
            Map<String, Object> group = NamedReplies.of(each);
            putEach(group, List.of("name", "last-delivered-id"));
            for (Object consumer : (List<?>) required(group, "consumers")) {
                // Its idle times are not replicated.
                putEach(NamedReplies.of(consumer), List.of("name", "pel-count"));
            }
            for (Object pending : (List<?>) required(group, "pending")) {
                // id, consumer, time of the last delivery, count of deliveries
                List<?> entry = (List<?>) pending;
                putNested(List.of(entry.get(0), entry.get(1), entry.get(3)));
            }
        }
    }

    private void putEach(Map<String, Object> properties, List<String> names) {
        names.forEach(name -> putNested(required(properties, name)));
    }

    private static Object required(Map<String, Object> properties, String name) {
        return Objects.requireNonNull(properties.get(name), name);
    }

    private void putNested(Object value) {
        switch (value) {
            case byte[] bytes -> put(bytes);
            case List<?> parts -> {
                put(parts.size());
                parts.forEach(this::putNested);
            }
            default -> put(value.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    private void putAll(List<?> elements) {
        elements.forEach(element -> put((byte[]) element));
    }

    /** Each part with its length, so that parts can't be taken for one another. */
    private void put(byte[] part) {
        put(part.length);
        sha256.update(part);
    }

    private void put(long number) {
        sha256.update(ByteBuffer.allocate(Long.BYTES).putLong(0, number));
    }

    private static List<?> sorted(Collection<?> elements) {
        return elements.stream().sorted(RedisWholeValue::compare).toList();
    }

    private static int compare(Object one, Object other) {
        return Arrays.compareUnsigned((byte[]) one, (byte[]) other);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
