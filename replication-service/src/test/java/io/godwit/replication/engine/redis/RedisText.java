package io.godwit.replication.engine.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.godwit.engines.redis.RedisKeyspace;
import io.lettuce.core.Consumer;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A server's keys and values as text, so that two servers can be compared without the code under test. */
final class RedisText {
    private RedisText() {}

    /** @return by key, with the number of the logical database before it unless that is the first */
    static Map<String, String> contents(RedisCommands<byte[], byte[]> commands) {
        Map<String, String> contents = new TreeMap<>();
        for (int database : RedisKeyspace.databases(commands)) {
            commands.select(database);
            for (byte[] key : commands.keys("*")) {
                String value = value(commands, key);
                if (!value.equals("none")) {
                    contents.put((database == 0 ? "" : database + ":") + text(key), value);
                }
            }
        }
        commands.select(0);
        return contents;
    }

    private static String value(RedisCommands<byte[], byte[]> commands, byte[] key) {
        String type = commands.type(key);
        String value =
                switch (type) {
                    case "string" -> text(commands.get(key));
                    case "list" -> texts(commands.lrange(key, 0, -1)).toString();
                    case "set" ->
                        texts(commands.smembers(key)).stream().sorted().toList().toString();
                    case "hash" ->
                        commands.hgetall(key).entrySet().stream()
                                .map(field -> text(field.getKey()) + "=" + text(field.getValue()))
                                .sorted()
                                .toList()
                                .toString();
                    case "zset" ->
                        commands.zrangeWithScores(key, 0, -1).stream()
                                .map(member -> text(member.getValue()) + "=" + member.getScore())
                                .toList()
                                .toString();
                    case "stream" -> stream(commands, key);
                    default -> type;
                };
        long expiry = commands.pexpiretime(key);
        return expiry < 0 ? value : value + " until " + expiry;
    }

    /** Without what servers do not tell their replicas: how many entries a group has read. */
    private static String stream(RedisCommands<byte[], byte[]> commands, byte[] key) {
        String entries = commands.xrange(key, Range.unbounded()).stream()
                .map(message -> message.getId()
                        + message.getBody().entrySet().stream()
                                .map(field -> text(field.getKey()) + "=" + text(field.getValue()))
                                .sorted()
                                .toList())
                .collect(Collectors.joining(" "));
        String groups = commands.xinfoGroups(key).stream()
                .map(group -> deepText(((List<?>) group).subList(1, 8)) + deepText(pending(commands, key, group)))
                .collect(Collectors.joining(" "));
        return entries + " groups " + groups;
    }

    /** The entries that a consumer has and has not acknowledged. */
    private static List<Object> pending(RedisCommands<byte[], byte[]> commands, byte[] key, Object group) {
        byte[] name = (byte[]) ((List<?>) group).get(1);
        return List.of(
                commands
                        .xpending(
                                key, Consumer.from(name, "reader".getBytes(UTF_8)), Range.unbounded(), Limit.from(1000))
                        .stream()
                        .map(message -> message.getId() + "×" + message.getRedeliveryCount())
                        .toList());
    }

    private static String deepText(Object value) {
        return switch (value) {
            case byte[] bytes -> text(bytes);
            case Collection<?> parts ->
                parts.stream().map(RedisText::deepText).toList().toString();
            default -> String.valueOf(value);
        };
    }

    private static List<String> texts(Collection<byte[]> values) {
        return values.stream().map(RedisText::text).toList();
    }

    private static String text(byte[] value) {
        return new String(value, UTF_8);
    }
}
