package io.godwit.engines.redis;

import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.models.stream.PendingMessage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

/** A stream: its entries and counters, its consumer groups, their consumers and what is pending. */
final class RedisStreamDigest {
    /** What {@code XINFO STREAM} tells beside the entries; it decides about the ids of entries to come. */
    private static final List<String> STREAM =
            List.of("length", "last-generated-id", "max-deleted-entry-id", "entries-added");

    /** How many entries a group has read is not told to replicas when a consumer reads. */
    private static final List<String> GROUP = List.of("name", "last-delivered-id");

    private static final int PENDING_CHUNK = 1000;

    private final RedisCommands<byte[], byte[]> commands;
    private final byte[] key;
    private final CanonicalDigest digest;

    private RedisStreamDigest(RedisCommands<byte[], byte[]> commands, byte[] key, CanonicalDigest digest) {
        this.commands = commands;
        this.key = key;
        this.digest = digest;
    }

    static void put(RedisCommands<byte[], byte[]> commands, byte[] key, CanonicalDigest digest) {
        RedisStreamDigest stream = new RedisStreamDigest(commands, key, digest);
        stream.putProperties(NamedReplies.of(commands.xinfoStream(key)), STREAM);
        stream.putEntries();
        // The server keeps groups and consumers by name, byte by byte, so their order is the same everywhere.
        commands.xinfoGroups(key).forEach(group -> stream.putGroup(NamedReplies.of(group)));
    }

    private void putEntries() {
        int chunk = ChunkSize.of(commands, key, commands.xlen(key));
        Function<StreamMessage<byte[], byte[]>, String> id = StreamMessage::getId;
        eachOf(chunk, (range, limit) -> commands.xrange(key, range, limit), id, entry -> {
            digest.put(entry.getId());
            digest.put(entry.getBody().size());
            // A field may be there twice: the arrays are different keys of the map even where their bytes are equal.
            entry.getBody().forEach((field, value) -> {
                digest.put(field);
                digest.put(value);
            });
        });
    }

    private void putGroup(Map<String, Object> group) {
        putProperties(group, GROUP);
        byte[] name = (byte[]) Objects.requireNonNull(group.get("name"));
        for (Object consumer : commands.xinfoConsumers(key, name)) {
            // Its idle times are not replicated.
            putProperties(NamedReplies.of(consumer), List.of("name", "pending"));
        }
        eachOf(
                PENDING_CHUNK,
                (range, limit) -> commands.xpending(key, name, range, limit),
                PendingMessage::getId,
                pending -> {
                    digest.put(pending.getId());
                    digest.put(pending.getConsumer());
                    digest.put(pending.getRedeliveryCount());
                });
    }

    private void putProperties(Map<String, Object> properties, List<String> names) {
        for (String name : names) {
            Object value = properties.get(name);
            digest.put(
                    value instanceof byte[] bytes
                            ? bytes
                            : String.valueOf(value).getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Reads by ascending id, each time from behind the last one. */
    private static <T> void eachOf(
            int chunk, BiFunction<Range<String>, Limit, List<T>> read, Function<T, String> id, Consumer<T> consumer) {
        Range<String> range = Range.unbounded();
        List<T> page;
        do {
            page = read.apply(range, Limit.from(chunk));
            page.forEach(consumer);
            if (!page.isEmpty()) {
                range = Range.from(Range.Boundary.excluding(id.apply(page.getLast())), Range.Boundary.unbounded());
            }
        } while (page.size() == chunk);
    }
}
